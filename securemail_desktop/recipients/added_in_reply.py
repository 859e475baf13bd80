"""Added in reply: the address was not in the conversation that the draft answers."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "added-in-reply"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern for an address that is new in a known conversation: more when its whole domain is new and outside."""
    if not case.thread.known or case.in_thread(address.key):
        return
    new_domain = address.domain not in case.thread.domains
    where = f", and nobody of {address.domain} was" if new_domain else ""
    tier = Tier.BAR if new_domain and not case.is_inside(address) else Tier.CHIP
    text = f"{address.spec} was not in this conversation{where}."
    yield Concern(NAME, tier, address.key, text, ("keep", "remove"), risk=_risk(case, address, new_domain=new_domain))


def _risk(case: Case, address: Address, *, new_domain: bool) -> float:
    company = case.together(address.key, case.numbers)
    return (0.25 if company else 0.55) + (0.1 if new_domain else 0.0)
