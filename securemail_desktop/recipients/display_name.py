"""Display name against address: the name is a known person's, the address is not his."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.person import words
from securemail_desktop.recipients.similar import spells_name

NAME = "display-name"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern for an address never written to whose name is that of somebody the user writes to elsewhere.

    A local part that spells the name, or the same domain, is a second address of his; in the conversation it was the other side's choice.
    """
    name = words(address.name)
    if len(name) < 2 or case.written(address.key) or case.in_thread(address.key) or spells_name(address.local.casefold(), name):
        return
    owner = max((person for person in case.index.called(address.name) if person.sent), key=lambda person: person.sent, default=None)
    if owner is None or owner.key == address.key or owner.domain == address.domain:
        return
    text = f"{address.name} is the name of {owner.address.spec}, whom you write to; you have never written to {address.spec}."
    choices = ("keep", f"replace:{owner.address.spec}", "remove")
    yield Concern(NAME, Tier.BAR, address.key, text, choices, owner.address.spec, 0.6)
