"""Who lives in the demo: one clinic, its people, and the people it writes to. All names, addresses and records are invented."""

from dataclasses import dataclass
from enum import StrEnum

from securemail_desktop.message.address import Address, parse_address

INSIDE = "clinic.example"
PARTNER = "partner-lab.example"
MAIL_HOST = "mail.clinic.example"
CENTRAL_HOST = "central.clinic.example"
PASSWORD = "demo"  # noqa: S105 - of servers that exist on loopback only


class Means(StrEnum):
    """What a person's mail program can open."""

    SMIME = "smime"
    OPENPGP = "openpgp"
    GATEWAY = "gateway"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Person:
    """One person: `letters` is how often alice wrote to him before the demo begins."""

    address: Address
    means: Means
    letters: int


def _person(text: str, means: Means, letters: int) -> Person:
    return Person(parse_address(text), means, letters)


ALICE = _person("Alice Keller <alice@clinic.example>", Means.SMIME, 0)
BOB = _person("Dr Bob Meyer <bob@hospital.example>", Means.SMIME, 9)
CAROL = _person("Carol Jensen <carol@practice.example>", Means.OPENPGP, 7)
PEOPLE = (
    ALICE,
    BOB,
    CAROL,
    _person("Lab Desk <results@partner-lab.example>", Means.GATEWAY, 8),
    _person("Dr Wei Chen <chen@clinic.example>", Means.NOTHING, 12),
    _person("Peter Novak <peter.novak@webmail.example>", Means.NOTHING, 2),
    _person("Maria Lopez <maria.lopez@hospital.example>", Means.SMIME, 6),
    _person("Mario Lopes <mario.lopes@hospital.example>", Means.NOTHING, 1),
    _person("Northside Clinic <reception@northside-clinic.example>", Means.NOTHING, 5),
    _person("Northside Clinic <reception@northside-eyes.example>", Means.NOTHING, 1),
    _person("Office Supplies <orders@supplies.example>", Means.NOTHING, 4),
)


def outside_domains() -> tuple[str, ...]:
    """Return the domains that have a mail server of their own in the demo."""
    return tuple(dict.fromkeys(p.address.domain for p in PEOPLE if p.address.domain != INSIDE))
