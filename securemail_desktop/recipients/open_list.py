"""A list of the organisation that outside people read, as its policy tells: the address looks like one inside."""

from collections.abc import Iterator, Sequence

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "open-list"
_NAMED = 2  # members; the rest is counted


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a bar at the first message to such a list, a chip later on."""
    members = case.organisation.open_lists.get(address.key)
    if members:
        risk = 0.1 if case.written(address.key) else 0.5
        text = f"{address.spec} is a list that is also read outside your organisation: {_who(members)}."
        yield Concern(NAME, Tier.CHIP, address.key, text, ("keep", "remove"), risk=risk)


def _who(members: Sequence[str]) -> str:
    named, more = ", ".join(members[:_NAMED]), len(members) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
