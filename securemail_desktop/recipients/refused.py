"""Refused: the address did not take the user's last message, because it does not exist (any more)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "refused"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern until the address takes a message or writes one: what waits for a patient there would come back."""
    person = case.index.person(address.key)
    if person is not None and person.refused:
        day = datetime.fromtimestamp(person.refused, UTC)
        text = f"{address.spec} did not take your message of {day:%B} {day.day}, {day.year}: there was no such mailbox."
        yield Concern(NAME, Tier.BAR, address.key, text, ("keep", "remove"), risk=0.6)
