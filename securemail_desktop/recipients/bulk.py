"""Bulk: many people outside who do not know each other stand in To and Cc, where everybody reads everybody's address."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "bulk"
MANY = 5
# So many outside are never one circle, whoever of them met before.
CROWD = 500


def check(case: Case) -> Iterator[Concern]:
    """Yield one concern for five or more outside recipients in To and Cc who were never in a message together and not in the conversation."""
    shown = {r.address.key: r.address for r in case.draft.recipients if r.field is not AddressField.BCC}
    mine = frozenset(case.keys)
    outside = {key: a for key, a in shown.items() if key in mine and not case.is_inside(a) and not case.in_thread(key)}
    strangers = list(outside.values()) if len(outside) > CROWD else _strangers(outside, case)
    if len(strangers) >= MANY and len(_domains(strangers)) >= 2:
        text = f"{len(outside)} people outside will read each other's addresses, {strangers[0].spec} and {strangers[1].spec} among them."
        yield Concern(NAME, Tier.BAR, "", text, ("keep", "bcc"), risk=0.6)


def _strangers(outside: dict[str, Address], case: Case) -> list[Address]:
    numbers = case.index.numbers(outside)
    return [address for key, address in outside.items() if not case.together(key, numbers)]


def _domains(addresses: list[Address]) -> set[str]:
    return {address.domain for address in addresses}
