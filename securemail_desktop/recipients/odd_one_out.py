"""Odd one out: a known person who never stands together with the others of this message, who know each other."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "odd-one-out"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern when the others were in messages together and this one never with any of them."""
    others = tuple(case.recipients_except(address.key))
    person = case.index.person(address.key)
    if len(others) < 2 or person is None or len(person.messages) < 3 or case.in_thread(address.key):
        return
    if case.index.together(address.key, others) or not _together(others, case):
        return
    text = f"{address.spec} was never in a message together with the others."
    yield Concern(NAME, Tier.BAR, address.key, text, ("keep", "remove"), risk=0.6)


def _together(others: tuple[str, ...], case: Case) -> bool:
    return all(case.index.together(key, (other for other in others if other != key)) for key in others)
