"""Who the user writes to: the address book and the recipient index, kept in the store, asked from any thread."""

import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from securemail_desktop.accounts.protocol import Header, Mailbox
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Draft
from securemail_desktop.message.text.body import FieldText, authored_text
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.calibrate import prepare
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.completion import Suggestion, complete
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.recipients.index import MESSAGE, PERSON, Correspondence, RecipientIndex
from securemail_desktop.recipients.told import Told
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.session.correspondence import correspondence
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.errors import StoreError


class People:
    """The open index; `refresh` must be called once before anything else. The first question reads it, so that no start waits for it."""

    def __init__(self, contacts: Contacts) -> None:
        """Keep where addresses and rows lie."""
        self._contacts = contacts
        self._learning = threading.RLock()  # one thread at a time reads or writes the store's rows
        self._known: RecipientIndex | None = None
        self._lock = threading.Lock()  # guards the index; no review waits for the store behind it

    def refresh(self, own: Collection[Address], inside: Iterable[str]) -> None:
        """Read the index again, for these own addresses and domains of the organisation."""
        with self._learning:
            self._own, self._inside = tuple(own), tuple(inside)
            if self._known is not None:
                self._read()

    def prepare(self) -> None:
        """Replay the last sent messages, from which the threshold of this mailbox comes. For idle time: a review waits for one at most, 5 ms."""
        more = True
        while more:
            index = self._index
            with self._lock:
                more = prepare(index, 1)

    def forget(self) -> None:
        """Drop the index from memory, until `refresh`; who writes is asked of whoever knows whether the store is open."""
        with self._lock:
            self._known = RecipientIndex.from_rows([], (), [])

    def completions(self, typed: str, now: datetime) -> tuple[Suggestion, ...]:
        """Return whom the typed letters may mean; see `recipients.completion`."""
        index = self._index
        with self._lock:
            return complete(typed, index, now)

    def concerns(self, draft: Draft, found: Scan, texts: Sequence[FieldText], told: Told) -> tuple[Concern, ...]:
        """Return the doubts about a draft's recipients; `told` is what the organisation tells."""
        index = self._index
        with self._lock:
            return check_recipients(draft, index, found, texts, told)

    def calls_himself(self, address: Address) -> bool:
        """Say whether the display name is the one that the address wrote under before anybody here wrote to it."""
        index = self._index
        with self._lock:
            person = index.person(address.key)
            return person is not None and person.introduced_himself and person.name == address.name

    def remember(self, addresses: Iterable[Address]) -> None:
        """Take addresses into the address book; `refresh` brings them into the index."""
        self._contacts.add(addresses)

    def learn_sent(self, draft: Draft, receipts: tuple[Receipt, ...], when: datetime) -> None:
        """Learn from a message who was written to, and which mailboxes do not exist; nothing is raised, because it was sent."""
        refused = [(r.recipient.address, when) for r in receipts if r.no_mailbox]
        with suppress(StoreError):  # what is not kept now is learned from the Sent folder, or when the server refuses it again
            self._learn(_sent(draft, receipts), refused)

    def learn_from(self, mailbox: Mailbox, newest: int) -> int:
        """Learn from the headers of the Sent folder and the inbox; return how many were read. Raise `AccountError`."""
        roles = {folder.role: folder.name for folder in mailbox.folders()}
        rows = [row for role in ("sent", "inbox") if role in roles for row in mailbox.headers(roles[role], newest)]
        self.learn_rows(rows)
        return len(rows)

    def learn_rows(self, rows: Iterable[Header]) -> None:
        """Learn from rows of message lists; those that are known already change nothing. Raise `StoreError`."""
        self._learn([message for message in map(correspondence, rows) if message is not None])

    def _learn(self, messages: Iterable[Correspondence], refused: Iterable[tuple[Address, datetime]] = ()) -> None:
        """Take messages and refusals in and keep what is new, after what another program has learned meanwhile; raise `StoreError`."""
        with self._learning:
            with self._contacts.step():
                if (self._contacts.index_size(PERSON), self._contacts.index_size(MESSAGE)) != self._index.kept:
                    self._read()
                with self._lock:
                    self._take(messages)
                    for address, when in refused:
                        self._index.note_refusal(address, when)
                self._contacts.save_index(self._index.unkept())
            self._index.mark_kept()

    def _take(self, messages: Iterable[Correspondence]) -> None:
        own = {address.key for address in self._own}
        for message in messages:
            learn = self._index.learn_sent if message.sender.key in own else self._index.learn_received
            learn(message)

    @property
    def _index(self) -> RecipientIndex:
        """Return the index; whoever asks first reads it. Never ask for the first time with `_lock` held. Raise `StoreError`."""
        known = self._known
        if known is None:
            with self._learning:
                known = self._known or self._read()
        return known

    def _read(self) -> RecipientIndex:
        index = RecipientIndex.from_rows(self._own, self._inside, self._contacts.index())
        index.add_contacts(self._contacts.addresses())
        with self._lock:
            self._known = index
        return index


def _sent(draft: Draft, receipts: Sequence[Receipt]) -> list[Correspondence]:
    """Return the message as it went to those who got it; empty where nobody did."""
    got = [r.recipient for r in receipts if r.state is State.ACCEPTED]
    to = tuple(r.address for r in got if r.field is AddressField.TO)
    others = tuple(r.address for r in got if r.field is not AddressField.TO)
    said = draft.subject, authored_text(draft)
    return (
        [Correspondence(draft.sender, to, draft.date, others, draft.message_id, draft.in_reply_to, draft.references, *said)] if got else []
    )
