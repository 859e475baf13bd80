"""What goes on while the window is locked: the outbox's protected copies, the journal, and its way to the central store.

A locked queue has no key of the store. It has the queue's own file and key, the device's signing key, and the passwords of the accounts whose mail
waits. It hands over what a review right before the lock let pass, and only while the policy of that review stands; everything else waits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.protocol import Submission
from securemail_desktop.accounts.sent import Sent
from securemail_desktop.accounts.settings import Account
from securemail_desktop.audit.anchor import remember, tell_missing
from securemail_desktop.audit.device import Device, load_device
from securemail_desktop.audit.enrol import CENTRAL_SECRET
from securemail_desktop.audit.journal import Journal, JournalError, journal_path
from securemail_desktop.audit.sync import Synced, sync
from securemail_desktop.central.enrolment import Enrolment, EnrolmentDamaged
from securemail_desktop.central.errors import CentralError
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.phi.errors import PhiError
from securemail_desktop.policy.model import Policy
from securemail_desktop.sending.channel import Channel, Origin, SentFolder
from securemail_desktop.sending.copies import Protector
from securemail_desktop.sending.errors import SendingError
from securemail_desktop.sending.protector import RingProtector
from securemail_desktop.sending.retry import DUE
from securemail_desktop.sending.state import Review
from securemail_desktop.sending.transmit import outgrown_rows, transmit
from securemail_desktop.sending.voucher import unvouched, voucher_for
from securemail_desktop.session import put_back
from securemail_desktop.session.arrears import Arrears
from securemail_desktop.session.network import PASSWORD, Network
from securemail_desktop.session.no_server import NoServer
from securemail_desktop.session.opened import Opened
from securemail_desktop.session.outbox_lock import OutboxLock
from securemail_desktop.session.policy_in_force import still_stands
from securemail_desktop.session.round import Round
from securemail_desktop.store.errors import StoreClosed, StoreError
from securemail_desktop.store.former_outbox import has_former_outbox, move_outbox
from securemail_desktop.store.outbox import EntryRow, OutboxTable
from securemail_desktop.store.queue import Seal, open_queue

_NOBODY = Address("nobody", "localhost.invalid")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a locked queue knows. `secrets` by (kind, name); `may_go` are the entries that passed the review before the lock."""

    accounts: tuple[Account, ...]
    policy: Policy
    folder: str
    enrolment: Enrolment | None
    secrets: Mapping[tuple[str, str], bytes | None]
    may_go: frozenset[str]

    def get(self, kind: str, name: str) -> bytes | None:
        """Return a secret or None; raise `StoreClosed` for a password that is not needed now. Implements `ReadSecrets`."""
        if kind == PASSWORD and (kind, name) not in self.secrets:
            raise StoreClosed
        return self.secrets.get((kind, name))


class Queue:
    """The open queue, locked or not."""

    def __init__(self, data: Path, key: bytes, opened: Opened, timeouts: Timeouts, clock: Callable[[], datetime]) -> None:
        """Open outbox and journal, and move an outbox of an earlier version here; raise `StoreError`, `JournalError`, `DeviceError`."""
        self._data, self._now = data, clock
        self.kept: Kept | None = None
        self.arrears = Arrears(clock)
        self._settings = opened.settings
        self.lock = OutboxLock(data / "outbox.lock")
        self.network = Network(opened.vault, timeouts)
        self._seal = Seal(key)
        self.database = open_queue(data, key)
        try:
            self.table = OutboxTable(self.database, self._seal)
            if has_former_outbox(opened.database):
                with self.lock:
                    move_outbox(opened.database, self.table, _sender_of)
            self.journal = Journal(journal_path(data), load_device(opened.settings, opened.vault))
            self._told = (tell_missing(self.journal, opened.settings), put_back.tell(self.table, opened.settings))
        except BaseException:
            self.database.close()
            raise

    def close_store(self, opened: Opened, enrolment: Callable[[], Enrolment | None]) -> None:
        """Forget what opens drafts, and keep what handing over needs; the caller closes the store.

        Where that cannot be found out nothing is kept: everything waits for the unlocking, and the error is raised.
        """
        self.kept = None
        try:
            place = enrolment()
            entries = tuple(entry for entry_id in self.table.ids() if (entry := self.table.get(entry_id)))
            may_go = frozenset(entry.id for entry in entries if _passes(entry, self.table, opened, self._now))
            secrets = _secrets(entries, opened, place)
            self.kept = Kept(opened.accounts, opened.policy, opened.policies.folder, place, secrets, may_go)
            self.network.use(self.kept)
        finally:
            self._seal.forget()

    def open_store(self, key: bytes, opened: Opened) -> None:
        """Take the store's secrets again."""
        self._seal.renew(key)
        self.network.use(opened.vault)

    def go_on(self) -> None:
        """Hand over what may go while the store is locked, then sync; nothing that needs an answer or a draft is done."""
        kept = self.kept
        if kept is None:
            return
        if still_stands(kept.policy, kept.folder):
            this = Round()
            for entry_id in self.table.ids():
                if entry_id in kept.may_go:
                    self._hand_over(entry_id, kept, this)
        self.sync(lambda: kept.enrolment)

    def notices(self, policy: Policy) -> tuple[str, ...]:
        """Return what the user should know of journal, outbox and gateway, one sentence each; empty ones too."""
        return (*self._told, unvouched(self.journal.device, policy))

    def sweep(self) -> None:
        """Forget what a crash left of messages whose draft is still among the drafts."""
        if self.table.has_remains():
            with self.lock:
                self.table.sweep()

    def under_way(self) -> int:
        """Return how many messages have copies that time alone hands over."""
        return sum(any(row.state in DUE for row in entry.recipients) for i in self.table.ids() if (entry := self.table.get(i)))

    @contextmanager
    def channel(
        self, account: Account, policy: Policy, name: str, review: Callable[[Draft], Review], protector: Protector
    ) -> Iterator[Channel]:
        """Give the way out of an account (`name`: window, relay, cli); what the journal was told on it is remembered in the store."""
        with self._anchored(), self.network.submission(account) as submission, self.network.mailbox(account) as mailbox:
            origin = origin_of(account, policy, name)
            way = self._way(account.address, origin, review, protector, submission, Sent(mailbox) if mailbox else None)
            yield replace(way, voucher=voucher_for(self.journal.device, policy, self._now), tls_header=policy.tls_header)

    @contextmanager
    def apart(self, reason: str = "") -> Iterator[Channel]:
        """Give a way on which nothing is handed over, for this reason: what became of a message can be settled, recorded and given up on it."""
        server = NoServer(reason)
        with self._anchored():
            yield self._way(_NOBODY, Origin("window", "", frozenset(), ()), _no_review, _NoProtector(), server, server)

    def _way(
        self,
        sender: Address,
        origin: Origin,
        review: Callable[[Draft], Review],
        protector: Protector,
        submission: Submission,
        sent: SentFolder | None,
    ) -> Channel:
        return Channel(
            origin=origin,
            sender=sender,
            review=review,
            protector=protector,
            outbox=self.table,
            journal=self.journal,
            submission=submission,
            sent=sent,
            lock=self.lock,
            now=self._now,
        )

    @contextmanager
    def _anchored(self) -> Iterator[None]:
        try:
            yield
        finally:
            with suppress(JournalError, StoreError):  # a lock came in between, or the disk is full: the next time remembers more
                remember(self.journal, self._settings)
                put_back.remember(self.table, self._settings)

    def sync(self, enrolment: Callable[[], Enrolment | None]) -> Synced:
        """Bring the journal to the central store; a device that is not enrolled keeps it here. Raise `JournalError`."""
        try:
            place = enrolment()
            if place is None:
                return Synced(0, self.journal.waiting(), "")
            with self.network.central(place) as client:
                return self.arrears.note(sync(self.journal, client))
        except (EnrolmentDamaged, CentralError) as error:  # what is wrong before anything is sent; `sync` raises neither
            return self.arrears.note(Synced(0, self.journal.waiting(), str(error)))

    def sign_as(self, device: Device) -> None:
        """Let another device sign the journal from now on."""
        self.journal.close()
        self.journal = Journal(journal_path(self._data), device)

    def close(self) -> None:
        """Close outbox and journal."""
        self.network.close()
        self.journal.close()
        self.database.close()

    def _hand_over(self, entry_id: str, kept: Kept, this: Round) -> None:
        entry = self.table.get(entry_id)
        account = next((a for a in kept.accounts if entry and a.address.key == entry.sender), None)
        if account is not None:
            with self.channel(account, kept.policy, "window", _no_review, _NoProtector()) as way:
                transmit(entry_id, this.way(way), reviewed=True)


def origin_of(account: Account, policy: Policy, channel: str) -> Origin:
    """Return what the journal is told of where the account's mail comes from."""
    clear = frozenset({*policy.inside, *(domain for domain, _ in policy.gateways)})
    return Origin(channel, account.submission.host, clear, policy.inside, frozenset(policy.open_lists))


class _NoProtector:
    """Protects nothing: its keys are locked."""

    def protect(self, draft: Draft, method: Method, keys: tuple[str, ...]) -> Iterable[bytes]:
        del draft, method, keys
        raise StoreClosed

    def withdrawn(self, method: Method, keys: Sequence[str]) -> str:
        del method, keys
        raise StoreClosed

    def to_self(self, draft: Draft, *, secret: bool) -> Iterable[bytes]:
        del draft, secret
        raise StoreClosed


def _no_review(_: Draft) -> Review:
    raise StoreClosed


def _passes(entry: EntryRow, table: OutboxTable, opened: Opened, clock: Callable[[], datetime]) -> bool:
    """Say whether nothing in the entry got weaker than it must be; who cannot be reviewed does not pass."""
    try:
        sender = RingProtector(parse_address(entry.sender), opened.ring, clock)
        return not outgrown_rows(entry, table, lambda draft: opened.review(draft, "window"), sender)
    except (MessageError, EncryptionError, PhiError, SendingError):
        return False


def _secrets(entries: tuple[EntryRow, ...], opened: Opened, enrolment: Enrolment | None) -> dict[tuple[str, str], bytes | None]:
    senders = {entry.sender for entry in entries}
    wanted = [(PASSWORD, account.name) for account in opened.accounts if account.address.key in senders]
    wanted += [(CENTRAL_SECRET, enrolment.epoch)] if enrolment else []
    return {place: opened.vault.get(*place) for place in wanted}


def _sender_of(draft: bytes) -> str:
    try:
        return parse_draft(draft).sender.key
    except MessageError:
        return ""  # its author sees it in the outbox all the same
