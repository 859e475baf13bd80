"""Outside: the address is not the organisation's."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "outside"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a chip for an address outside; nothing when the organisation's domains are not known."""
    if case.index.inside and not case.is_inside(address):
        yield Concern(NAME, Tier.CHIP, address.key, f"{address.spec} is outside your organisation.", ("keep", "remove"), risk=0.01)
