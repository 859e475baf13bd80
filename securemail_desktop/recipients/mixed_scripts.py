"""Mixed scripts: the address mixes letters of alphabets that no language writes together, as forged addresses do (UTS #39, 5.1)."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case, how_often
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.lookalike import NAME
from securemail_desktop.recipients.skeleton import mixed_scripts, unicode_domain

CERTAIN = 0.99


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern for an address of mixed scripts that the user has never written to."""
    shown = f"{address.local}@{unicode_domain(address.domain)}"
    if case.written(address.key) or not mixed_scripts(shown):
        return
    text = f"{shown} mixes letters of different alphabets, as forged addresses do"
    meant = next(iter(case.index.similar(address)), None)
    if meant is None:
        text = f"{text}; the network calls it {address.spec}."
        yield Concern(NAME, Tier.BAR, address.key, text, ("keep", "remove"), risk=CERTAIN)
        return
    known = meant.person.address.spec
    text = f"{text}; {how_often(meant.person)} {known}."
    yield Concern(NAME, Tier.BAR, address.key, text, ("keep", f"replace:{known}", "remove"), known, CERTAIN)
