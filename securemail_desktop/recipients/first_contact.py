"""First contact: the user has never dealt with the address."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "first-contact"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a chip for an address that was never written to, heard from or kept as a contact."""
    if case.is_new(address):
        risk = 0.05 if case.in_thread(address.key) else 0.2
        yield Concern(NAME, Tier.CHIP, address.key, f"You have never written to {address.spec}.", ("keep", "remove"), risk=risk)
