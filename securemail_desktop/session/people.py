"""Who the user writes to: the address book and the recipient index, kept in the store, asked from any thread."""

import threading
from collections.abc import Collection, Iterable
from contextlib import suppress

from securemail_desktop.accounts.protocol import Mailbox
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Draft
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.recipients.index import Correspondence, RecipientIndex
from securemail_desktop.recipients.person import words
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.session.correspondence import correspondence
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.errors import StoreError


class People:
    """The open index; `refresh` must be called once before anything else."""

    def __init__(self, contacts: Contacts) -> None:
        """Keep where addresses and rows lie."""
        self._contacts = contacts
        self._lock = threading.Lock()

    def refresh(self, own: Collection[Address], inside: Iterable[str]) -> None:
        """Read the index again, for these own addresses and domains of the organisation."""
        self._own = frozenset(address.key for address in own)
        with self._lock:  # what another thread learns now is in the old index or read into the new one
            self._index = RecipientIndex.from_rows(list(own), tuple(inside), self._contacts.index())
            self._index.add_contacts(self._contacts.addresses())

    def completions(self, prefix: str) -> tuple[Address, ...]:
        """Return known addresses of whose name or address a word, or the whole, starts with the text; from two letters on."""
        typed = words(prefix)
        if not typed or len(typed[0]) < 2:
            return ()
        with self._lock:
            people = self._index.completions(typed[0][:2])
        return tuple(
            Address(p.local, p.domain, p.name) for p in people if _begins(typed, p.name) or _begins(typed, f"{p.local}@{p.domain}")
        )

    def concerns(self, draft: Draft, found: Scan) -> tuple[Concern, ...]:
        """Return the doubts about a draft's recipients."""
        with self._lock:
            return check_recipients(draft, self._index, found)

    def remember(self, addresses: Iterable[Address]) -> None:
        """Take addresses into the address book; `refresh` brings them into the index."""
        self._contacts.add(addresses)

    def learn_sent(self, draft: Draft, receipts: tuple[Receipt, ...]) -> None:
        """Learn from a message who was written to; nothing is raised, because it was sent."""
        got = [r.recipient for r in receipts if r.state is State.ACCEPTED]
        if not got:
            return
        to = tuple(r.address for r in got if r.field is AddressField.TO)
        others = tuple(r.address for r in got if r.field is not AddressField.TO)
        sent = Correspondence(draft.sender, to, draft.date, others, draft.message_id, draft.in_reply_to, draft.references)
        with self._lock, suppress(StoreError):  # what is not kept now is learned from the Sent folder
            self._index.learn_sent(sent)
            self._contacts.save_index(self._index.rows())

    def learn_from(self, mailbox: Mailbox, newest: int) -> int:
        """Learn from the headers of the Sent folder and the inbox; return how many were read. Raise `AccountError`."""
        roles = {folder.role: folder.name for folder in mailbox.folders()}
        rows = [row for role in ("sent", "inbox") if role in roles for row in mailbox.headers(roles[role], newest)]
        with self._lock:
            for message in filter(None, map(correspondence, rows)):
                learn = self._index.learn_sent if message.sender.key in self._own else self._index.learn_received
                learn(message)
            self._contacts.save_index(self._index.rows())
        return len(rows)


def _begins(typed: tuple[str, ...], text: str) -> bool:
    """Say whether the typed words stand in the text one after the other, the last of them perhaps unfinished."""
    found = words(text.replace("_", " "))
    starts = range(len(found) - len(typed) + 1)
    return any(found[n : n + len(typed) - 1] == typed[:-1] and found[n + len(typed) - 1].startswith(typed[-1]) for n in starts)
