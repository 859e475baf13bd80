"""What a mail account can do, as small as SMTP, IMAP, EWS and Graph have it in common.

A backend makes one network session; `interrupt()` may be called from another thread and ends whatever is under way. Foreign errors never
leave a backend: they are translated to `accounts.errors`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from securemail_desktop.message.address import Address
from securemail_desktop.message.flags import Flags
from securemail_desktop.message.marks import NO_MARKS, Marks


class Submitted(StrEnum):
    """What became of one recipient of one submission, named as in the contract."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Envelope:
    """RFC 5321 reverse path and forward paths of one copy; `message_id` is the one `find` looks for.

    `require_tls` asks the server, where it can (RFC 8689), to hand it on over TLS all the way or to send it back.
    """

    sender: Address
    recipients: tuple[Address, ...]
    message_id: str
    require_tls: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The server's answer for one recipient.

    `code` is the SMTP reply code (or the HTTP status), 0 where there was none; `enhanced` the RFC 3463 code or empty; `detail` one sentence for
    people, without message text. `queue_id` is the server's name for the message where it gave one. Not `reached` when no session could be
    opened, sign-in included: the trouble is not this message's.
    """

    recipient: Address
    state: Submitted
    code: int
    detail: str
    enhanced: str = ""
    queue_id: str = ""
    reached: bool = True


class Found(StrEnum):
    """What a search for a Message-ID says: it is there, it is not there, or the account cannot tell."""

    YES = "yes"
    NO = "no"
    UNTOLD = "untold"


class Submission(Protocol):
    """Hands messages to the account's server. One object is one session, opened at the first call."""

    def submit(self, message: bytes, envelope: Envelope, committing: Callable[[], None]) -> tuple[Outcome, ...]:
        """Hand over one copy; return one outcome a recipient, in their order. No `AccountError` is ever raised: an outcome says it.

        `committing` is called once, right before the first byte that cannot be taken back (SMTP: before the DATA command; Graph: before the POST),
        and not at all when no recipient is left by then. If it raises, nothing was handed over and the error passes through.
        - Before it, trouble that is not about the message (server away, TLS not trusted, sign-in refused, line dropped, 421) is DEFERRED for every
          recipient: nothing was sent, the detail says what must be put right, and a retry costs nothing. Objections to sender, recipient or
          message are DEFERRED (4yz) or REFUSED (5yz, too large, letters that the server cannot take).
        - After it, the server's reply decides. A line that dies, a time-out or an interruption between DATA and that reply is UNKNOWN. When not
          even the DATA command could be written, nothing was handed over: DEFERRED.
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
    """A mailbox folder. `name` is the server's; `role` "inbox", an RFC 6154 attribute in small letters, or empty.

    `path` are its names as people read them, from the outermost to its own. `count`, `unseen` and `next_uid` (0) are told only by some servers.
    """

    name: str
    role: str
    path: tuple[str, ...] = ()
    count: int = -1
    unseen: int = -1
    next_uid: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A folder by its name, and the numbering that UIDs in it belong to (IMAP: UIDVALIDITY; 0: whichever holds)."""

    folder: str
    validity: int


@dataclass(frozen=True, slots=True)
class FolderState:
    """How a folder stands on the server.

    `next_uid` is above every UID so far, `modseq` rises with every change of a flag (RFC 7162); 0 where the server does not tell.
    """

    validity: int
    count: int
    next_uid: int
    modseq: int


@dataclass(frozen=True, slots=True)
class Header:
    """One row of a message list, decoded. `uid` is the server's name for it within the folder; `size` is in octets.

    `date` is aware: what the author's program wrote, or when the server got the message, where that is missing or cannot be.
    """

    uid: int
    sender: str
    to: str
    subject: str
    date: datetime
    message_id: str
    flags: Flags
    size: int
    marks: Marks = NO_MARKS
    cc: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where messages went: new UIDs by old ones in the target's numbering `validity`; empty where the server does not tell."""

    validity: int = 0
    uids: Mapping[int, int] = field(default_factory=dict)


class Mailbox(Protocol):
    """Reads and files mail in the account's folders. Every call may raise `AccountError`; the next one connects anew.

    Whatever takes a `Place` raises `Renumbered`, and does nothing, when the folder has another numbering by now: a UID would mean another message.
    """

    def folders(self) -> Sequence[Folder]:
        """Return all folders."""
        ...

    def headers(self, folder: str, newest: int) -> Sequence[Header]:
        """Return the newest rows of a folder, newest first."""
        ...

    def state(self, folder: str) -> FolderState:
        """Return how a folder stands; raise `NotThere`."""
        ...

    def new_uids(self, place: Place, first: int) -> Sequence[int]:
        """Return the UIDs from `first` on."""
        ...

    def flags(self, place: Place) -> Mapping[int, Flags]:
        """Return the flags of all messages by UID."""
        ...

    def changed_flags(self, place: Place, modseq: int) -> Mapping[int, Flags]:
        """Return the flags by UID of what has changed since the state with this `modseq`."""
        ...

    def rows(self, place: Place, uids: Sequence[int]) -> Sequence[Header]:
        """Return the rows of some hundred messages at most; those that are gone are left out."""
        ...

    def fetch(self, place: Place, uid: int) -> bytes:
        """Return one whole message; raise `NotThere`, or `TooLarge` above 100 MB."""
        ...

    def set_flags(self, place: Place, uids: Sequence[int], flags: Flags, *, on: bool) -> None:
        """Set or clear flags; messages that are gone are no error."""
        ...

    def move(self, place: Place, uids: Sequence[int], target: str) -> Moved:
        """Move messages to another folder, which is made where it is missing; nobody else's messages are touched."""
        ...

    def delete(self, place: Place, uids: Sequence[int]) -> None:
        """Delete messages for good; where the server cannot do that to these alone, they stay marked as deleted."""
        ...

    def append(self, folder: str, message: bytes, *, seen: bool) -> None:
        """File one message; a folder that the server asks to be made first (RFC 3501 TRYCREATE) is made."""
        ...

    def find(self, folder: str, message_id: str) -> bool:
        """Say whether the folder holds a message with this Message-ID (with its angle brackets); a folder that does not exist holds none."""
        ...

    def holding(self, place: Place, words: Sequence[str]) -> Sequence[int]:
        """Return the UIDs of messages in whose header or text each word is a part, as the server sees them."""
        ...

    def watch(self, wanted: Callable[[], bool]) -> bool:
        """Wait some minutes at most, while it is `wanted`, until the inbox may have changed; say whether it may. A new session says so at once.

        A session that watches does nothing else in between, or what happened there would be lost. `wanted` is asked every few seconds.
        """
        ...

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        ...

    def close(self) -> None:
        """End the session politely."""
        ...


@dataclass(frozen=True, slots=True)
class Hop:
    """One step on the way to a server that works: "connect", "TLS", "sign-in", "folders", and what was found there."""

    name: str
    detail: str


class Checkable(Protocol):
    """An account's server that can be tried step by step, for `accounts test` and `doctor`."""

    def check(self) -> Iterator[Hop]:
        """Yield each hop as soon as it works; raise the `AccountError` of the first that does not. The session is closed afterwards."""
        ...

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        ...

    def close(self) -> None:
        """End the session politely."""
        ...
