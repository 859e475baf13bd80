"""Personal webmail: the mailbox is a private one at a consumer provider."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.mail_domains import is_webmail

NAME = "webmail"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a chip for an address at a consumer provider that is not the organisation's own."""
    if is_webmail(address.domain) and not case.is_inside(address):
        yield Concern(
            NAME, Tier.CHIP, address.key, f"{address.spec} is a personal mailbox at {address.domain}.", ("keep", "remove"), risk=0.02
        )
