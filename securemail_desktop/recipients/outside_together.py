"""Several outside organisations together that never were in one message before: each reads what is meant for the other."""

from collections.abc import Iterator
from itertools import combinations

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.mail_domains import is_webmail

NAME = "outside-together"
# The first organisations tell; every pair of thousands would take minutes.
LOOKED_AT = 100


def check(case: Case) -> Iterator[Concern]:
    """Yield one chip when two outside organisations that the user writes to apart stand in one new message."""
    if case.thread.known or not case.index.inside:
        return
    outside: dict[str, Address] = {}
    for address in case.others:
        if not case.is_inside(address) and not is_webmail(address.domain) and case.written(address.key):
            outside.setdefault(address.domain, address)
            if len(outside) == LOOKED_AT:
                break
    met = {domain: _met(address, case) for domain, address in outside.items()}
    pairs = ((a, b) for a, b in combinations(outside.values(), 2) if b.domain not in met[a.domain] and a.domain not in met[b.domain])
    for one, other in pairs:
        text = f"{one.spec} and {other.spec} are of two organisations that were never in one message of yours."
        yield Concern(NAME, Tier.CHIP, "", text, ("keep", "bcc"), risk=0.1)
        return


def _met(address: Address, case: Case) -> set[str]:
    person = case.index.person(address.key)
    shared = case.past.company(person.number).shared if person else {}
    return {case.index.by_number(number).domain for number in shared}
