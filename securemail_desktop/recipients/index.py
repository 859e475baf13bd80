"""What is known of the people the user writes to: built from sent and received mail, exported as rows of primitives.

It learns from what was sent and received, never from drafts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.message.address import Address

Row = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One message that was sent or received, as the index learns it."""

    sender: Address
    to: tuple[Address, ...]
    date: datetime
    cc: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


class RecipientIndex:
    """The user's correspondents. `own` are the user's addresses, `inside` the organisation's domains."""

    def __init__(self, own: Sequence[Address], inside: Sequence[str]) -> None:
        """Start empty."""
        raise NotImplementedError

    def learn_sent(self, message: Correspondence) -> None:
        """Take in one message that was truly sent."""
        raise NotImplementedError

    def learn_received(self, message: Correspondence) -> None:
        """Take in the headers of one received message."""
        raise NotImplementedError

    def add_contacts(self, contacts: Iterable[Address]) -> None:
        """Take in the address book: known, without having been written to."""
        raise NotImplementedError

    def rows(self) -> Iterable[Row]:
        """Return the index as rows that `from_rows` reads, for the encrypted store."""
        raise NotImplementedError

    @classmethod
    def from_rows(cls, own: Sequence[Address], inside: Sequence[str], rows: Iterable[Row]) -> "RecipientIndex":
        """Return the index that `rows` described."""
        raise NotImplementedError
