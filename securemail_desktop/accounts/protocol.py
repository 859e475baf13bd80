"""What a mail account can do, as small as SMTP, IMAP, EWS and Graph have it in common.

A backend makes one network session; `interrupt()` may be called from another thread and ends whatever is under way. Foreign errors never
leave a backend: they are translated to `accounts.errors`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from securemail_desktop.message.address import Address


class Submitted(StrEnum):
    """What became of one recipient of one submission, named as in the contract."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Envelope:
    """RFC 5321 reverse path and forward paths of one copy; `message_id` is the one `find` looks for."""

    sender: Address
    recipients: tuple[Address, ...]
    message_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The server's answer for one recipient.

    `code` is the SMTP reply code (or the HTTP status), 0 where there was none; `enhanced` the RFC 3463 code or empty; `detail` one sentence for
    people, without message text. `queue_id` is the server's name for the message where it gave one.
    """

    recipient: Address
    state: Submitted
    code: int
    detail: str
    enhanced: str = ""
    queue_id: str = ""


class Found(StrEnum):
    """What a search for a Message-ID says: it is there, it is not there, or the account cannot tell."""

    YES = "yes"
    NO = "no"
    UNTOLD = "untold"


class Submission(Protocol):
    """Hands messages to the account's server. One object is one session, opened at the first call."""

    def submit(self, message: bytes, envelope: Envelope, committing: Callable[[], None]) -> tuple[Outcome, ...]:
        """Hand over one copy; return one outcome a recipient, in their order.

        `committing` is called once, right before the first byte that cannot be taken back (SMTP: before the DATA command; Graph: before the POST).
        If it raises, nothing was handed over and the error passes through. Before it, trouble is DEFERRED or REFUSED; a line that dies after
        it and before the reply is UNKNOWN, never raised.
        """
        ...

    def find(self, message_id: str) -> Found:
        """Say whether the server has the message, for settling UNKNOWN; UNTOLD where the protocol cannot tell (SMTP)."""
        ...

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        ...

    def close(self) -> None:
        """End the session politely."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox folder. `name` is its path as people read it; `role` an RFC 6154 attribute without backslash in small letters, or empty."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Header:
    """One row of a message list. `uid` is the server's name for it within the folder."""

    uid: int
    sender: str
    to: str
    subject: str
    date: str
    message_id: str
    seen: bool
    size: int


class Mailbox(Protocol):
    """Reads and files mail in the account's folders."""

    def folders(self) -> Sequence[Folder]:
        """Return all folders."""
        ...

    def headers(self, folder: str, newest: int) -> Sequence[Header]:
        """Return the newest rows of a folder, newest first."""
        ...

    def fetch(self, folder: str, uid: int) -> bytes:
        """Return one whole message; raise `NotThere`."""
        ...

    def append(self, folder: str, message: bytes, *, seen: bool) -> None:
        """File one message."""
        ...

    def find(self, folder: str, message_id: str) -> bool:
        """Say whether the folder holds a message with this Message-ID."""
        ...

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        ...

    def close(self) -> None:
        """End the session politely."""
        ...
