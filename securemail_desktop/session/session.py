"""The composition root: opens store, accounts, policy, index and journal, and hands them over as arguments.

Callers (window, command line, companions) talk to a `Session`; it adds no decision of its own. `lock` closes everything that needs the store's key
(`Opened`) and leaves the `Queue`. While it is locked whatever needs the store raises `StoreClosed`, what a caller took before too; after `unlock`
the same parts work again.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.open import PATIENT
from securemail_desktop.accounts.settings import Account
from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.feedback import ACT, FeedbackRecord, feedback_fields
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.revocation import ACT as REVOKED
from securemail_desktop.audit.revocation import RevocationRecord, revocation_fields
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.signature import signed
from securemail_desktop.policy.model import Policy
from securemail_desktop.recipients.completion import Suggestion
from securemail_desktop.sending import outbox, pipeline
from securemail_desktop.sending.again import retry
from securemail_desktop.sending.approval import amend, dated
from securemail_desktop.sending.attempt import record_attempt
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.errors import NotWaiting
from securemail_desktop.sending.protector import RingProtector
from securemail_desktop.sending.state import Answer, Approved, OutboxEntry, Receipt, Review, State
from securemail_desktop.session.account_setup import AccountSetup
from securemail_desktop.session.central_link import CentralLink
from securemail_desktop.session.drafts import Drafts
from securemail_desktop.session.errors import NoAccount as NoAccount  # noqa: PLC0414 - callers know it by this module
from securemail_desktop.session.keys import Keys
from securemail_desktop.session.limits import Limits
from securemail_desktop.session.look_ups import LookUps
from securemail_desktop.session.mail import Mail
from securemail_desktop.session.opened import Opened
from securemail_desktop.session.people import People
from securemail_desktop.session.policy_updates import PolicyUpdates
from securemail_desktop.session.preferences import Decision, Preferences
from securemail_desktop.session.queue import Queue, origin_of
from securemail_desktop.session.recovery import Recovery
from securemail_desktop.session.round import go_through
from securemail_desktop.session.under_way import UnderWay
from securemail_desktop.store.drafts import DraftTable
from securemail_desktop.store.errors import StoreClosed, StoreError
from securemail_desktop.store.secrets import has_passphrase, rewrap, store_key
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault

PATIENCE = 20.0  # seconds that a lock waits for messages that are being protected


def now() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


class Session:
    """One user's mail program, open or locked."""

    def __init__(
        self,
        data: Path,
        key_file: Path | None,
        timeouts: Timeouts = PATIENT,
        clock: Callable[[], datetime] = now,
        passphrase: Callable[[], str] | None = None,
    ) -> None:
        """Open everything in the data folder; raise `StoreError`, `JournalError`. `timeouts` are the servers', `passphrase` is asked where set.

        A broken policy never raises: the last good one holds, or the built-in strict one; nor does a broken list of accounts: `notices` says so.
        """
        self.data = data
        self.now = clock
        self._key_file = key_file
        self._turning = threading.RLock()  # one lock or unlock at a time
        self._sending = UnderWay()
        key = store_key(data, key_file, passphrase=passphrase)
        self._opened = Opened(data, key, clock)
        try:
            self._queue = Queue(data, key, self._opened, timeouts, clock)
        except BaseException:
            self._opened.close()
            raise
        self.drafts = Drafts(DraftTable(self._opened.database), clock, self._queue.table)
        self.policy_updates = PolicyUpdates(self._opened, self._queue, clock)
        self.central = CentralLink(self._opened, self._queue)
        self.patients = self._opened.patients
        self.recovery = Recovery(self._opened, lambda: self.journal, clock)
        self.keys = Keys(lambda: self.ring, clock, LookUps(self._opened, clock), self.recovery.keep)
        self.limits = Limits(lambda: self.policy, lambda: self.preferences)
        self.setup = AccountSetup(self._opened, self._queue, timeouts)
        self.mail = Mail(self._opened, self._queue.network, self._opened.people.learn_rows, clock)

    @property
    def locked(self) -> bool:
        """Say whether the store is closed."""
        return self._opened.closed

    def lock(self, patience: float = PATIENCE) -> None:
        """Close the store and forget its key; what was protected goes on. Blocks.

        Messages that are being sent are waited for, `patience` seconds at most: what is not protected by then stays a draft. It is locked
        whatever fails on the way, and raises that: the outbox waits for the unlocking then.
        """
        with self._turning:
            self._sending.wait(patience)
            if self.locked:
                return
            try:
                self._queue.close_store(self._opened, self.central.enrolment_or_none)
            finally:
                self._opened.close()
                self._queue.network.close()

    def needs_passphrase(self) -> bool:
        """Say whether unlocking takes a passphrase; raise `StoreError`."""
        return has_passphrase(self.data, self._key_file)

    def set_passphrase(self, former: str, new: str) -> None:
        """Ask for another passphrase from now on, for none where it is empty; `former` is the one that holds, if any. Raise `StoreError`."""
        with self._turning:
            self._store()
            rewrap(self.data, self._key_file, store_key(self.data, self._key_file, passphrase=lambda: former), new)

    def unlock(self, passphrase: str = "") -> None:
        """Open the store again with the key from the keyring or the key file; raise `StoreError`."""
        with self._turning:
            if self.locked:
                key = store_key(self.data, self._key_file, passphrase=(lambda: passphrase) if passphrase else None)
                self._opened.reopen(key)
                self._queue.open_store(key, self._opened)

    @property
    def urgent_contact(self) -> str:
        """Return how to reach someone at once instead of by mail, in the organisation's words, or an empty text."""
        return self.policy.urgent_contact

    def under_way(self) -> int:
        """Return how many messages have copies that time alone hands over; it works while the session is locked."""
        return self._queue.under_way()

    def refresh(self) -> None:
        """Read again what another program may have changed: accounts, policy, keys, the index."""
        self._store().refresh()

    @property
    def settings(self) -> Settings:
        """Return the open settings; raise `StoreClosed`."""
        return self._store().settings

    @property
    def preferences(self) -> Preferences:
        """Return what the user chose for himself; raise `StoreClosed`."""
        return self._store().preferences

    @property
    def vault(self) -> Vault:
        """Return the open vault; raise `StoreClosed`."""
        return self._store().vault

    @property
    def ring(self) -> KeyRing:
        """Return the open key ring; raise `StoreClosed`."""
        return self._store().ring

    @property
    def journal(self) -> Journal:
        """Return the open journal."""
        return self._queue.journal

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts, the default one first; while the session is locked those of before."""
        return self._opened.accounts

    @property
    def policy(self) -> Policy:
        """Return the policy in force; while the session is locked that of before."""
        return self._opened.policy

    @property
    def account_notice(self) -> str:
        """Return what is the matter with the accounts, or empty."""
        return self._opened.account_notice

    @property
    def policy_notice(self) -> str:
        """Return what is the matter with the policy, or empty."""
        return self._opened.policy_notice

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the user should know now, one sentence each."""
        return tuple(filter(None, (*self._opened.notices, self.keys.notice, *self._queue.notices(self.policy), self._queue.arrears.notice)))

    def contacts(self, prefix: str) -> tuple[Suggestion, ...]:
        """Return whom the typed letters may mean, the likeliest first; for completion, from two letters on."""
        return self._store().people.completions(prefix, self.now())

    def new_draft(self, account: Account | None = None) -> Draft:
        """Return a draft of the account (the default one) with nothing but its signature: Message-ID and date given. Raise `NoAccount`."""
        if not self.accounts:
            raise NoAccount(self.notices[0])
        sender = (account or self.accounts[0]).address
        return signed(Draft(sender, (), "", "", new_message_id(sender), self.now()), self.preferences.signature(sender))

    def account_of(self, sender: Address) -> Account:
        """Return the account of a sender; raise `NoAccount`."""
        return self._account(sender.key)

    def review(self, draft: Draft, channel: str = "window") -> Review:
        """Review a draft with what is known now: pure and fast, no network. What `read_attachments` has not read yet counts as unreadable.

        Raise `NotScanned` where nobody knows what the draft holds, `Outdated` where `drop_review` gave it up.
        """
        return self._store().review(draft, channel, draft.message_id)

    def drop_review(self, message_id: str) -> None:
        """Give a review of this draft up that is under way, because the draft has changed; from any thread, at once."""
        self._opened.drop_review(message_id)

    def scan_apart(self) -> None:
        """Let a process of its own scan drafts from now on, so that nobody who types waits for it; returns at once."""
        self._store().scan_apart()

    def read_attachments(self, draft: Draft) -> None:
        """Read the draft's attachments, so that a review knows their text. Blocks, for a minute at most."""
        self._store().texts.read(draft.attachments)

    def review_in_full(self, draft: Draft, channel: str) -> Review:
        """Read the draft's attachments, then review it: for callers that can wait."""
        return self._store().review_in_full(draft, channel)

    def send(self, review: Review, answers: Mapping[str, Answer], channel: str) -> tuple[Receipt, ...]:
        """Deliver what may go and hold the rest in the outbox with its reason. Blocks.

        What is written in the window is dated now (RFC 5322, 3.6.1: when its author made it ready), a message file has its own date.
        Answers that change the recipients are recorded and applied first, and the changed draft is reviewed again. Whoever has a copy of this
        Message-ID under way gets no second one. Raise `NoAccount`, `NoRecipient`, `NotWaiting`, `StoreError`, `JournalError`.
        """
        review = dated(review, self.now()) if channel == "window" else review
        draft = amend(review, answers)
        latest = review
        with self._sending:
            former = self.drafts.entry_to_replace(draft.message_id)
            people = self._store().people
            if draft != review.draft:
                self.record_attempt(review, answers, channel)
                latest = self.review_in_full(draft, channel)
            with self._channel(draft.sender.key, channel) as way:
                receipts = pipeline.deliver(Approved(latest, answers), way, former)
            self._note_sent(draft, receipts, people)
        return receipts

    def _note_sent(self, draft: Draft, receipts: tuple[Receipt, ...], people: People) -> None:
        """Forget the draft and learn from it. Nothing is raised, whatever it is: a message that went must not look as if it had not."""
        with suppress(StoreError):  # the outbox took it over already; what is left is a draft of what is under way there
            self.drafts.discard(draft.message_id)
        with suppress(Exception):
            people.learn_sent(draft, receipts, self.now())
        with suppress(Exception):
            if any(receipt.state is State.ACCEPTED for receipt in receipts):
                self.mail.sent(draft)

    def record_attempt(self, review: Review, answers: Mapping[str, Answer], channel: str) -> None:
        """Record that a message did not go as it was reviewed: forbidden, changed by an answer, or taken back. See `sending.attempt`.

        Raise `NoAccount`, `JournalError`.
        """
        record_attempt(review, answers, origin_of(self.account_of(review.draft.sender), self.policy, channel), self.journal)

    def report_mistake(self, record: FeedbackRecord) -> None:
        """Record that what a detector found is no patient data, for the administrator. Raise `JournalError`."""
        self.journal.append(new_rid(), ACT, *feedback_fields(record))

    def revoke(self, decisions: Collection[Decision]) -> None:
        """Take decisions about recipients back and record it: their doubts are told of again. Raise `JournalError`, `StoreError`."""
        preferences = self.preferences
        for decision in decisions:
            record = RevocationRecord(decision.check, decision.recipient, decision.phi, decision.until)
            self.journal.append(new_rid(), REVOKED, *revocation_fields(record))
        preferences.forget(decisions)

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """Return what is in the outbox, newest first; raise `StoreClosed`."""
        self._store()
        return outbox.entries(self._queue.table)

    def keeps(self, message_id: str) -> bool:
        """Say whether anything of the message is in the outbox."""
        return bool(self._queue.table.ids_of(message_id))

    def retry(self, entry_id: str) -> tuple[Receipt, ...]:
        """Try again what is deferred or held; an UNKNOWN is searched for and never blindly sent again. Raise as `send` does."""
        with self._channel_of(entry_id) as way:
            return retry(entry_id, way)

    def resume(self, *, at_once: bool = False) -> None:
        """Go on with everything that time alone can settle: after a crash, after being offline; then sync the journal.

        `at_once` does not wait for the next due time: the author asks for it, or the servers answer again.
        """
        if self.locked:
            self._queue.go_on()
            return
        with suppress(StoreClosed):  # a lock came in between: the next call goes on
            self._queue.sweep()
            go_through(self._queue.table.ids(), self._channel_of, self._queue.apart, at_once=at_once)
            self.central.sync()

    def send_again(self, entry_id: str) -> tuple[Receipt, ...]:
        """Send an UNKNOWN again because the author decided so, knowing that it may arrive twice."""
        with self._channel_of(entry_id) as way:
            return outbox.send_again(entry_id, way)

    def reopen(self, entry_id: str) -> Draft:
        """Return what was held or refused as a draft; it stays in the outbox until it is sent or discarded. Raise `NotWaiting`.

        A draft that was taken from it before, and kept, is gone on with.
        """
        entry = self._queue.table.get(entry_id)
        if entry is None:
            raise NotWaiting("This message is not in the outbox any more.")
        return self.drafts.reopened(entry)

    def discard(self, entry_id: str) -> None:
        """Give a held message up because the author decided so; the journal says so."""
        self._store()
        with self._queue.apart() as way:
            outbox.discard(entry_id, way)

    def remember(self, addresses: Iterable[Address]) -> None:
        """Take addresses into the address book."""
        self._store().people.remember(addresses)
        self.refresh()

    def prepare(self) -> None:
        """Look after keys, and do what makes later reviews fit this mailbox better; for idle time, in a thread of its own."""
        self.keys.look()
        self._store().people.prepare()
        self.recovery.keep()

    def learn(self, newest: int = 2000) -> int:
        """Learn from the headers of the Sent folder and the inbox who the user writes to; return how many were read. Raise `AccountError`."""
        read = 0
        for account in self.accounts:
            with self._queue.network.mailbox(account) as mailbox:
                read += 0 if mailbox is None else self._store().people.learn_from(mailbox, newest)
        return read

    def interrupt(self) -> None:
        """End network work, reading and scanning that are under way, from any thread."""
        self._queue.network.interrupt()
        self.keys.look_ups.stop()
        self.setup.interrupt()
        self._opened.interrupt()

    def close(self) -> None:
        """Close everything."""
        self._opened.close()
        self._queue.close()

    def _store(self) -> Opened:
        if self.locked:
            raise StoreClosed
        return self._opened

    @contextmanager
    def _channel_of(self, entry_id: str) -> Iterator[Channel]:
        entry = self._queue.table.get(entry_id)
        with self._channel(entry.sender if entry else self.new_draft().sender.key, "window") as way:
            yield way

    @contextmanager
    def _channel(self, sender: str, name: str) -> Iterator[Channel]:
        opened = self._store()
        opened.catch_up()
        account = self._account(sender)
        review = partial(opened.review_in_full, channel=name)
        protector = RingProtector(account.address, opened.ring, self.now, opened.policy.keys.announce)
        with self._queue.channel(account, opened.policy, name, review, protector) as way:
            yield way

    def _account(self, key: str) -> Account:
        account = next((a for a in self.accounts if a.address.key == key), None)
        if account is None:
            raise NoAccount(f"No account is set up for {key}: add one with `securemail accounts add`.")
        return account
