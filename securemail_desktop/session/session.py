"""The composition root: opens store, accounts, policy, index and journal, and hands them over as arguments.

Callers (window, command line, companions) talk to a `Session`; it adds no decision of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from securemail_desktop.accounts.errors import SettingsBroken
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.open import PATIENT
from securemail_desktop.accounts.sent import Sent
from securemail_desktop.accounts.settings import Account, read_accounts
from securemail_desktop.audit.central_check import CentralVerification, verify_central
from securemail_desktop.audit.device import load_device
from securemail_desktop.audit.enrol import ENROLMENT_SETTING, enrol_device, load_enrolment
from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.feedback import ACT, FeedbackRecord, feedback_fields
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.sync import Synced, sync
from securemail_desktop.central.client import CentralClient
from securemail_desktop.central.enrolment import Enrolment, EnrolmentDamaged, enrolment_document
from securemail_desktop.central.errors import CentralError
from securemail_desktop.encryption.discover import capabilities_of
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.model import Policy
from securemail_desktop.sending import outbox, pipeline
from securemail_desktop.sending.again import retry
from securemail_desktop.sending.approval import amend
from securemail_desktop.sending.attempt import record_attempt
from securemail_desktop.sending.channel import Channel, Origin
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.errors import NotWaiting, SendingError
from securemail_desktop.sending.protector import RingProtector
from securemail_desktop.sending.state import Answer, Approved, OutboxEntry, Receipt, Review
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.session.attachment_texts import AttachmentTexts
from securemail_desktop.session.drafts import Drafts
from securemail_desktop.session.network import Network
from securemail_desktop.session.outbox_lock import OutboxLock
from securemail_desktop.session.people import People
from securemail_desktop.session.policy_in_force import policy_in_force
from securemail_desktop.session.preferences import Preferences
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.drafts import DraftTable
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.outbox import OutboxTable
from securemail_desktop.store.secrets import store_key
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault


class NoAccount(Exception):
    """No account is set up for the draft's sender; its text is one sentence for people with the way out."""


def now() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


class Session:
    """One user's open mail program."""

    def __init__(self, data: Path, key_file: Path | None, timeouts: Timeouts = PATIENT, clock: Callable[[], datetime] = now) -> None:
        """Open everything in the data folder; raise `StoreError`, `JournalError`. `timeouts` are those of the servers.

        A broken policy never raises: the last good one holds, or the built-in strict one; nor does a broken list of accounts: `notices` says so.
        """
        self.data = data
        self._timeouts = timeouts
        self.now = clock
        self._database = Database(store_path(data), store_key(data, key_file))
        try:
            self._open_rest()
        except BaseException:
            self._database.close()
            raise

    def _open_rest(self) -> None:
        self.settings = Settings(self._database)
        self.preferences = Preferences(self.settings, self.now)
        self.vault = Vault(self._database)
        self._people = People(Contacts(self._database))
        self._network = Network(self.vault, self._timeouts)
        self._texts = AttachmentTexts()
        self._outbox = OutboxTable(self._database)
        self._lock = OutboxLock(self.data / "outbox.lock")
        self.drafts = Drafts(DraftTable(self._database), self.now)
        self._ring: KeyRing | None = None
        self.refresh()
        self.journal = Journal(self.data / "journal.db", load_device(self.settings, self.vault))

    def refresh(self) -> None:
        """Read again what another program may have changed: accounts, policy, keys, the index."""
        self._read_accounts()
        self._take_policy(*self._current_policy())
        self._people.refresh([account.address for account in self.accounts], self.policy.inside)

    def _current_policy(self) -> tuple[Policy, str]:
        return policy_in_force(self.settings, self.data, tuple(dict.fromkeys(account.address.domain for account in self.accounts)))

    def _take_policy(self, policy: Policy, notice: str) -> None:
        self.policy, self.policy_notice = policy, notice
        if self._ring is not None:
            self._ring.close()  # its agent would live on
        self._ring = KeyRing(self.vault, self.data / "gnupg", policy.smime_anchors)

    def _refresh_policy(self) -> None:
        """Take a policy that was replaced while the program runs before anything is handed over."""
        policy, notice = self._current_policy()
        if (policy.id, notice) != (self.policy.id, self.policy_notice):
            self._take_policy(policy, notice)

    @property
    def ring(self) -> KeyRing:
        """Return the open key ring."""
        assert self._ring is not None
        return self._ring

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the user should know now, one sentence each."""
        return tuple(filter(None, (self.account_notice, self.policy_notice, *self.policy.notices)))

    def contacts(self, prefix: str) -> tuple[Address, ...]:
        """Return known addresses of whose name or address a word, or the whole, starts with the text; for completion, from two letters on."""
        return self._people.completions(prefix)

    def new_draft(self, account: Account | None = None) -> Draft:
        """Return an empty draft of the account (the default one): Message-ID and date given. Raise `NoAccount`."""
        if not self.accounts:
            raise NoAccount(self.notices[0])
        sender = (account or self.accounts[0]).address
        return Draft(sender, (), "", "", new_message_id(sender), self.now())

    def account_of(self, sender: Address) -> Account:
        """Return the account of a sender; raise `NoAccount`."""
        account = next((a for a in self.accounts if a.address.key == sender.key), None)
        if account is None:
            raise NoAccount(f"No account is set up for {sender.spec}: add one with `securemail accounts add`.")
        return account

    def review(self, draft: Draft, channel: str = "window") -> Review:
        """Review a draft with what is known now: pure and fast, no network. What `read_attachments` has not read yet counts as unreadable."""
        ring, policy = self.ring, self.policy  # the same ones to the end, whoever refreshes meanwhile
        own = ring.own(draft.sender, self.now())
        gateways = dict(policy.gateways)
        checks = Checks(
            attachment_text=self._texts.text,
            scan=scan,
            concerns=self._people.concerns,
            capabilities=lambda a: capabilities_of(a, own, ring, gateways, policy.inside, self.now()),
            decide=partial(evaluate, policy),
            inside=policy.inside,
            channel=channel,
            now=self.now(),
        )
        return pipeline.review(draft, checks)

    def read_attachments(self, draft: Draft) -> None:
        """Read the draft's attachments, so that a review knows their text. Blocks, for a minute at most."""
        self._texts.read(draft.attachments)

    def review_in_full(self, draft: Draft, channel: str) -> Review:
        """Read the draft's attachments, then review it: for callers that can wait."""
        self.read_attachments(draft)
        return self.review(draft, channel)

    def send(self, review: Review, answers: Mapping[str, Answer], channel: str) -> tuple[Receipt, ...]:
        """Deliver what may go and hold the rest in the outbox with its reason. Blocks.

        Answers that change the recipients are recorded and applied first, and the changed draft is reviewed again. Whoever has a copy of this
        Message-ID under way gets no second one. Raise `NoAccount`, `NoRecipient`, `StoreError`, `JournalError`.
        """
        draft = amend(review, answers)
        latest = review
        if draft != review.draft:
            self.record_attempt(review, answers, channel)
            latest = self.review_in_full(draft, channel)
        with self._channel(draft.sender, channel) as way:
            receipts = pipeline.deliver(Approved(latest, answers), way, self.drafts.entry_of(draft.message_id))
        with suppress(StoreError):  # the outbox took it over already; what is left is a draft of what is under way there
            self.drafts.discard(draft.message_id)
        self._people.learn_sent(draft, receipts)
        return receipts

    def record_attempt(self, review: Review, answers: Mapping[str, Answer], channel: str) -> None:
        """Record that a message did not go as it was reviewed: forbidden, changed by an answer, or taken back. See `sending.attempt`.

        Raise `NoAccount`, `JournalError`.
        """
        record_attempt(review, answers, self._origin(self.account_of(review.draft.sender), channel), self.journal)

    def report_mistake(self, record: FeedbackRecord) -> None:
        """Record that what a detector found is no patient data, for the administrator. Raise `JournalError`."""
        self.journal.append(new_rid(), ACT, *feedback_fields(record))

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """Return what is in the outbox, newest first."""
        return outbox.entries(self._outbox)

    def keeps(self, message_id: str) -> bool:
        """Say whether anything of the message is in the outbox."""
        return bool(self._outbox.ids_of(message_id))

    def retry(self, entry_id: str) -> tuple[Receipt, ...]:
        """Try again what is deferred or held; an UNKNOWN is searched for and never blindly sent again. Raise as `send` does."""
        with self._channel_of(entry_id) as way:
            return retry(entry_id, way)

    def resume(self) -> None:
        """Go on with everything that time alone can settle: after a crash, after being offline; then sync the journal."""
        for entry_id in self._outbox.ids():
            try:
                with self._channel_of(entry_id) as way:
                    transmit(entry_id, way)
            except (NoAccount, EncryptionError, SendingError, MessageError):
                continue  # its account or keys were removed; the entry stays where its author sees it
        self.sync()

    def send_again(self, entry_id: str) -> tuple[Receipt, ...]:
        """Send an UNKNOWN again because the author decided so, knowing that it may arrive twice."""
        with self._channel_of(entry_id) as way:
            return outbox.send_again(entry_id, way)

    def reopen(self, entry_id: str) -> Draft:
        """Return what was held or refused as a draft; it stays in the outbox until it is sent or discarded. Raise `NotWaiting`.

        A draft that was taken from it before, and kept, is gone on with.
        """
        entry = self._outbox.get(entry_id)
        if entry is None:
            raise NotWaiting("This message is not in the outbox any more.")
        return self.drafts.reopened(entry)

    def discard(self, entry_id: str) -> None:
        """Give a held message up because the author decided so; the journal says so."""
        with self._channel_of(entry_id) as way:
            outbox.discard(entry_id, way)

    def enrolment(self) -> Enrolment | None:
        """Return where this device is enrolled, or None; raise `EnrolmentDamaged`."""
        return load_enrolment(self.settings)

    def enrol(self, url: str, token: str, ca_file: str) -> None:
        """Enrol this device at the central store with a one-time token; the journal goes on in a new epoch. Raise `CentralError`, `JournalError`."""
        self.sync()  # what waits in the former epoch stays here afterwards
        with self._network.open(CentralClient(url, ca_file=ca_file)) as client:
            device = enrol_device(client, url, ca_file, token, self.settings, self.vault)
        self.journal.close()
        self.journal = Journal(self.data / "journal.db", device)

    def moved(self, url: str) -> None:
        """Note that the central store has a new address."""
        enrolment = self.enrolment()
        if enrolment is not None:
            self.settings.put(ENROLMENT_SETTING, enrolment_document(replace(enrolment, url=url)))

    def sync(self) -> Synced:
        """Bring the journal to the central store; a device that is not enrolled keeps it here. Raise `JournalError`."""
        try:
            enrolment = self.enrolment()
            if enrolment is None:
                return Synced(0, self.journal.waiting(), "")
            with self._network.central(enrolment) as client:
                return sync(self.journal, client)
        except (EnrolmentDamaged, CentralError) as error:  # what is wrong before anything is sent; `sync` raises neither
            return Synced(0, self.journal.waiting(), str(error))

    def verify_central(self) -> CentralVerification:
        """Check that the central store's log holds every acknowledged record unchanged; raise `CentralError`, `JournalError`."""
        enrolment = self.enrolment()
        if enrolment is None:
            return CentralVerification(0, 0, verified=False, problem="This device is not enrolled at a central store.")
        with self._network.central(enrolment) as client:
            return verify_central(self.journal, client, enrolment.checkpoint_key)

    def remember(self, addresses: Iterable[Address]) -> None:
        """Take addresses into the address book."""
        self._people.remember(addresses)
        self.refresh()

    def learn(self, newest: int = 2000) -> int:
        """Learn from the headers of the Sent folder and the inbox who the user writes to; return how many were read. Raise `AccountError`."""
        read = 0
        for account in self.accounts:
            with self._network.mailbox(account) as mailbox:
                read += 0 if mailbox is None else self._people.learn_from(mailbox, newest)
        return read

    def interrupt(self) -> None:
        """End network work and reading that are under way, from any thread."""
        self._network.interrupt()
        self._texts.interrupt()

    def close(self) -> None:
        """Close everything."""
        self._texts.close()
        self.ring.close()
        self.journal.close()
        self._database.close()

    def _read_accounts(self) -> None:
        try:
            self.accounts = read_accounts(self.settings.get("accounts"))
            self.account_notice = "" if self.accounts else "No mail account is set up yet: add one with `securemail accounts add`."
        except SettingsBroken as error:
            self.accounts, self.account_notice = (), str(error)

    @contextmanager
    def _channel_of(self, entry_id: str) -> Iterator[Channel]:
        entry = self._outbox.get(entry_id)
        sender = parse_draft(entry.draft).sender if entry else self.new_draft().sender
        with self._channel(sender, "window") as way:
            yield way

    @contextmanager
    def _channel(self, sender: Address, name: str) -> Iterator[Channel]:
        account = self.account_of(sender)
        self._refresh_policy()
        with self._network.submission(account) as submission, self._network.mailbox(account) as mailbox:
            yield Channel(
                origin=self._origin(account, name),
                sender=account.address,
                review=partial(self.review_in_full, channel=name),
                protector=RingProtector(account.address, self.ring, self.now),
                outbox=self._outbox,
                journal=self.journal,
                submission=submission,
                sent=Sent(mailbox) if mailbox else None,
                lock=self._lock,
                now=self.now,
            )

    def _origin(self, account: Account, channel: str) -> Origin:
        clear = frozenset({*self.policy.inside, *(domain for domain, _ in self.policy.gateways)})
        return Origin(channel, account.submission.host, clear, self.policy.inside)
