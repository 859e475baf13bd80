"""Bulk: many people outside who do not know each other stand in To and Cc, where everybody reads everybody's address."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "bulk"
MANY = 5


def check(case: Case) -> Iterator[Concern]:
    """Yield one concern for five or more outside recipients in To and Cc who were never in a message together and not in the conversation."""
    shown = {r.address.key: r.address for r in case.draft.recipients if r.field is not AddressField.BCC}
    outside = [a for key, a in shown.items() if key in case.keys and not case.is_inside(a) and not case.in_thread(key)]
    strangers = [a for a in outside if not case.together(a.key, (other.key for other in outside if other is not a))]
    if len(strangers) >= MANY and len(_domains(strangers)) >= 2:
        text = f"{len(outside)} people outside will read each other's addresses, {strangers[0].spec} and {strangers[1].spec} among them."
        yield Concern(NAME, Tier.BAR, "", text, ("keep", "bcc"), risk=0.6)


def _domains(addresses: list[Address]) -> set[str]:
    return {address.domain for address in addresses}
