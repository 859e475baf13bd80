"""Whom the policy lets the program ask."""

from securemail_desktop.encryption.key_rules import KeyRules
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import parse_address
from securemail_desktop.session.key_sources import plan

OUTSIDE = parse_address("bob@hospital.org")
EVERYBODY = KeyRules(
    True, True, "https://keys.hospital.org", (("hospital.org", "ldaps://ldap.hospital.org/o=x"), ("clinic.org", "ldaps://l/o=y"))
)
NOBODY = KeyRules(wkd=False, dns=False)


def asked(address: str, rules: KeyRules) -> list[Origin]:
    return [source.origin for source in plan(parse_address(address), rules, ("clinic.org",)).sources]


def test_the_worthiest_source_is_asked_first() -> None:
    assert asked("bob@hospital.org", EVERYBODY) == [Origin.LDAP, Origin.WKD, Origin.VKS, Origin.DNS]


def test_no_stranger_is_asked_unless_policy_names_him() -> None:
    assert asked("bob@hospital.org", KeyRules()) == [Origin.WKD, Origin.DNS]
    assert asked("bob@hospital.org", NOBODY) == []
    assert {why for _, why in plan(OUTSIDE, NOBODY, ()).off} == {
        "No directory is named for this domain.",
        "Your organisation does not let this program ask there.",
    }


def test_for_a_colleague_only_the_directory_is_asked() -> None:
    assert asked("chen@clinic.org", EVERYBODY) == [Origin.LDAP]


def test_names_that_are_not_of_the_internet_are_asked_for_nowhere_in_it() -> None:
    for domain in ("hospital.example", "mail.local", "ward", "[192.0.2.1]"):
        assert asked(f"bob@{domain}", KeyRules()) == []
