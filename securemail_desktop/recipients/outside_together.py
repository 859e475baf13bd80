"""Several outside organisations together that never were in one message before: each reads what is meant for the other."""

from collections.abc import Iterator
from itertools import combinations

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.mail_domains import is_webmail

NAME = "outside-together"


def check(case: Case) -> Iterator[Concern]:
    """Yield one chip when two outside organisations that the user writes to apart stand in one new message."""
    if case.thread.known or not case.index.inside:
        return
    outside: dict[str, Address] = {}
    for address in case.others:
        if not case.is_inside(address) and not is_webmail(address.domain) and case.written(address.key):
            outside.setdefault(address.domain, address)
    pairs = ((a, b) for a, b in combinations(outside.values(), 2) if not _met(a, b.domain, case) and not _met(b, a.domain, case))
    for one, other in pairs:
        text = f"{one.spec} and {other.spec} are of two organisations that were never in one message of yours."
        yield Concern(NAME, Tier.CHIP, "", text, ("keep", "bcc"), risk=0.1)
        return


def _met(address: Address, domain: str, case: Case) -> bool:
    person = case.index.person(address.key)
    shared = case.past.company(person.number).shared if person else {}
    return any(case.index.by_number(number).domain == domain for number in shared)
