"""What `deliver` acts through: the outbox, the journal, the account's servers. One channel is one way out (window, relay, cli)."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from securemail_desktop.accounts.protocol import Submission
from securemail_desktop.audit.event import Json
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.sending.copies import Protector
from securemail_desktop.sending.state import Review
from securemail_desktop.store.outbox import OutboxTable


class Recorder(Protocol):
    """The journal, as delivery needs it: durable and idempotent on the rid; raises `JournalError`."""

    def append(self, rid: str, act: str, fields: dict[str, Json], sealed: dict[str, Json]) -> None:
        """Append one record durably."""
        ...


class SentFolder(Protocol):
    """Where the author's own copy is filed; raises `AccountError`."""

    def holds(self, message_id: str) -> bool:
        """Say whether the copy is there already."""
        ...

    def file(self, message: bytes) -> None:
        """File the copy, marked as read."""
        ...


class Voucher(Protocol):
    """What vouches to the organisation's gateway that a message went through this program."""

    def field(self, message: bytes, recipients: Sequence[Address]) -> bytes:
        """Return the header field, with its line end, for a message on its way to these recipients outside."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """What the journal is told of where a message comes from. `channel` is window, relay, add-in or cli; `host` the submission server.

    `clear_domains` are the domains that the journal may name in clear, `inside` those of the organisation;
    `open_lists` are addresses there that outside people read.
    """

    channel: str
    host: str
    clear_domains: frozenset[str]
    inside: tuple[str, ...]
    open_lists: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """The way out. `lock` keeps two processes from handing over the same entry. `sender` is the envelope sender.

    `sent` is None where the account has no mailbox, `voucher` where no gateway asks for one. `tls_header` when the gateway knows
    the header that asks for TLS.
    """

    origin: Origin
    sender: Address
    review: Callable[[Draft], Review]
    protector: Protector
    outbox: OutboxTable
    journal: Recorder
    submission: Submission
    sent: SentFolder | None
    lock: AbstractContextManager[object]
    now: Callable[[], datetime]
    voucher: Voucher | None = None
    tls_header: bool = False
