"""Mixed scripts: the address mixes letters of alphabets that no language writes together, as forged addresses do (UTS #39, 5.1)."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.skeleton import mixed_scripts, unicode_domain

NAME = "mixed-scripts"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern for an address of mixed scripts that the user has never written to."""
    shown = f"{address.local}@{unicode_domain(address.domain)}"
    if case.written(address.key) or not mixed_scripts(shown):
        return
    text = f"{shown} mixes letters of different alphabets, as forged addresses do; the network calls it {address.spec}."
    yield Concern(NAME, Tier.BAR, address.key, text, ("keep", "remove"), risk=0.9)
