"""The mailbox as the window has it: folders and rows in the store, messages fetched once and kept as they came, changes here and on the server.

Rules: what is in the store needs no network. Flags are set here at once and are on the server when it can be reached; moving and deleting need it.
A message is looked up by the id of its row, which never means another message. Several accounts stand beside each other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from securemail_desktop.accounts.errors import AccountError, NotThere, ServerRefused, Unreachable
from securemail_desktop.accounts.protocol import Folder, Header, Mailbox, Place
from securemail_desktop.accounts.settings import Account
from securemail_desktop.encryption.learning import learn_announced, learn_certificates
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message import answer
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.flags import NO_FLAGS, Flags
from securemail_desktop.message.invitation import Answer
from securemail_desktop.message.invitation_answer import respond
from securemail_desktop.message.marks import Marks
from securemail_desktop.message.original import Original
from securemail_desktop.message.signature import signed
from securemail_desktop.session.folder_sync import FolderSync
from securemail_desktop.session.mail_search import MailSearch
from securemail_desktop.session.mail_view import FolderView, Listing, MessageView, Reading
from securemail_desktop.session.preferences import Preferences
from securemail_desktop.session.reading import as_original, marks_of, read_message
from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.folders import FolderRow, FolderTable
from securemail_desktop.store.messages import MessageRow, MessageTable
from securemail_desktop.store.shown import NEWEST_FIRST, Shown
from securemail_desktop.store.sources import SourceCache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEARNED = frozenset({"inbox", "sent"})
_MOST_LEARNED = 2000
_AT_ONCE = 500  # messages that one command moves
_TRASH = "Trash"
_WATCHING, _SEARCHING = "watching", "searching"
_CHANGES, _READING = "changes", "reading"  # what is read need not wait until a long refresh has ended
_GONE = "This message is not there any more: it was moved or deleted elsewhere."
_NO_FOLDER = "This folder is not there any more: it was removed or renamed elsewhere."


class Lines(Protocol):
    """Sessions with mail servers."""

    def standing(self, account: Account, purpose: str) -> AbstractContextManager[Mailbox]:
        """Give a session with the account's mailbox; one caller at a time has that of a purpose."""
        ...


class Own(Protocol):
    """What is the user's; accounts and key ring change while the program runs, and an asked key ring raises `StoreClosed` under a lock."""

    @property
    def database(self) -> Database:
        """Return the store."""
        ...

    @property
    def accounts(self) -> Sequence[Account]:
        """Return the accounts, the default one first."""
        ...

    @property
    def ring(self) -> KeyRing:
        """Return the key ring."""
        ...

    @property
    def preferences(self) -> Preferences:
        """Return what the user chose for himself."""
        ...


class Mail:
    """Implements the window's `MailPort`."""

    def __init__(
        self,
        own: Own,
        lines: Lines,
        learn: Callable[[Sequence[Header]], None],
        now: Callable[[], datetime],
    ) -> None:
        """Keep where everything is; `learn` is told of new rows in inbox and Sent."""
        database = own.database
        self._folders, self._messages, self._sources = FolderTable(database), MessageTable(database), SourceCache(database)
        self._own, self._lines, self._learn, self._now = own, lines, learn, now
        self._search = MailSearch(self._folders, self._messages)
        self._forwards: dict[str, int] = {}  # messages by the Message-ID of the draft that forwards them
        self._told: dict[int, tuple[int, int]] = {}  # how many messages, and unread ones, the server says that a folder has
        self._away: set[str] = set()  # accounts whose server could not be reached the last time

    def folders(self) -> tuple[FolderView, ...]:
        """Return the folders known here: by account, the inbox first, then those with a role, then the others by name."""
        order = {account.name: number for number, account in enumerate(self._with_mailbox())}
        known = [folder for folder in self._folders.all() if folder.account in order]
        known.sort(key=lambda folder: order[folder.account])
        return tuple(map(self._folder_view, known))

    def _folder_view(self, row: FolderRow) -> FolderView:
        # what was never looked at has no rows here: the server's counts stand for them
        total, unseen = self._told.get(row.id, (row.total, row.unseen)) if not row.next_uid else (row.total, row.unseen)
        return FolderView(row.id, row.account, row.name, row.role, total, unseen, row.path)

    def listing(self, folder: int, offset: int, count: int, words: str = "", shown: Shown = NEWEST_FIRST) -> Listing:
        """Return rows of a folder as a view shows them; with `words` only those of whose sender, recipients or subject each word is a part."""
        rows, total = self._messages.page(folder, offset, count, words, shown)
        return Listing(tuple(map(_view, rows)), total)

    def found(self, words: str, offset: int, count: int, shown: Shown = NEWEST_FIRST) -> Listing:
        """Return rows of all folders as `listing` does, with what servers found for these words since `search`."""
        rows, total = self._messages.everywhere(offset, count, words, shown, self._search.hits(words))
        return Listing(tuple(map(_view, rows)), total)

    def search(self, words: str, wanted: Callable[[], bool]) -> None:
        """Search the text of all folders' messages on their servers, while it is `wanted`; raise the first `AccountError`, after the others."""
        failed: list[AccountError] = []
        for account in self._with_mailbox():
            try:
                with self._box(account.name, _SEARCHING) as box:
                    self._search.ask(words, box, account.name, wanted)
            except AccountError as error:
                failed.append(error)
        if failed:
            raise failed[0]

    def refresh(self, folder: int | None = None) -> int:
        """Bring the list of folders, and one folder's rows (None: those of every account's inbox), up to date; raise the first `AccountError`.

        Return how many unread messages came into inboxes since the last time.
        """
        known = None if folder is None else self._folder(folder)
        accounts = [account for account in self._with_mailbox() if known is None or account.name == known.account]
        failed: list[AccountError] = []
        arrived = 0
        for account in accounts:
            try:
                arrived += self._refresh(account, folder)
            except AccountError as error:  # the other accounts' mail comes all the same
                failed.append(error)
        if failed:
            raise failed[0]
        return arrived

    def watch(self, account: str, wanted: Callable[[], bool]) -> bool:
        """Wait some minutes at most, while it is `wanted`, until the account's inbox may have changed; say whether it may. Raise `AccountError`."""
        with self._box(account, _WATCHING) as box:
            return box.watch(wanted)

    def read(self, message: int) -> Reading:
        """Return one message, decrypted and verified; it is fetched once and kept. Raise `AccountError`.

        The subject inside of an encryption, where that can be relied on, is shown in lists and found by searches from then on. Who signed it
        gets protected mail from then on, where an authority that counts vouches for him.
        """
        row = self._row(message)
        reading = read_message(_view(row), self._source(row), self._own.ring, self._now())
        self._learn_keys(reading)
        reading = self._with_marks(row, reading)
        subject = reading.opened.subject
        if not reading.opened.decrypted or subject == row.subject:
            return reading
        self._messages.entitle(row, subject)
        return replace(reading, view=replace(reading.view, subject=subject))

    def _learn_keys(self, reading: Reading) -> None:
        if len(reading.sender) == 1:
            with suppress(StoreError):  # the message can be read all the same, and teaches when it is read again
                learn_certificates(reading.opened, reading.sender[0], self._own.ring, self._now())
                learn_announced(reading.opened, reading.sender[0], self._own.ring, self._now())

    def _with_marks(self, row: MessageRow, reading: Reading) -> Reading:
        """Show in lists what opening found: files inside of an encryption, a signature that no header tells of."""
        marks = marks_of(reading) | (Marks(row.marks) & (Marks.ENCRYPTED | Marks.SIGNED))
        if marks == Marks(row.marks):
            return reading
        self._messages.take_marks(row.folder, {row.uid: int(marks)})
        return replace(reading, view=replace(reading.view, marks=marks))

    def source(self, message: int) -> bytes:
        """Return the message as it came; raise `AccountError`."""
        return self._source(self._row(message))

    def mark(self, messages: Sequence[int], *, seen: bool | None = None, flagged: bool | None = None) -> None:
        """Set flags here at once, and on the server when it can be reached: at the latest by the next refresh. No `AccountError` is raised."""
        wanted = [(Flags.SEEN, seen), (Flags.FLAGGED, flagged)]
        bits = sum((flag for flag, on in wanted if on is not None), NO_FLAGS)
        self._messages.mark(messages, bits, sum((flag for flag, on in wanted if on), NO_FLAGS))
        with suppress(AccountError):
            for folder, _ in self._by_folder(messages):
                if folder.account not in self._away:
                    with self._box(folder.account) as box:
                        self._sync(box).push(folder)

    def sent(self, draft: Draft) -> None:
        """Note that what a draft answers or forwards was; the server gets to know with the next refresh. Nothing is raised: it is sent."""
        with suppress(StoreError):
            self._messages.mark(self._messages.named(draft.in_reply_to), Flags.ANSWERED, Flags.ANSWERED)
            forwarded = self._forwards.pop(draft.message_id, None)
            self._messages.mark([] if forwarded is None else [forwarded], Flags.FORWARDED, Flags.FORWARDED)

    def move(self, messages: Sequence[int], folder: int) -> None:
        """Move messages to another folder of their account; raise `AccountError`, with those that are left where they were, or when none is left."""
        target = self._folder(folder)
        found = list(self._by_folder(messages))
        if not found:
            raise NotThere(_GONE)
        for source, rows in found:
            if source.account != target.account:
                raise ServerRefused("Messages can only be moved to another folder of their own account.")
            if source.id != target.id:
                self._move(source, rows, target.name, target.id)

    def delete(self, messages: Sequence[int]) -> None:
        """Move messages to the trash folder; those that lie there already are deleted for good. Raise `AccountError`."""
        for source, rows in self._by_folder(messages):
            trash = next((f for f in self._folders.all() if f.account == source.account and f.role == "trash"), None)
            if trash is None:
                self._move(source, rows, _TRASH, self._folders.add(source.account, _TRASH, "trash"))
            elif trash.id != source.id:
                self._move(source, rows, trash.name, trash.id)
            else:
                self._delete(source, rows)

    def reply(self, message: int, *, everyone: bool) -> Draft:
        """Return a draft that answers a message; raise `AccountError`, `ParseError`."""
        return self._signed(answer.reply(self._original(message), self._mine(message), self._now(), everyone=everyone))

    def respond(self, message: int, said: Answer) -> Draft:
        """Return a draft that answers an invitation to its organizer; raise `AccountError`, `MessageError`."""
        reading = self.read(message)
        draft = respond(as_original(reading, self.source(message)), reading.invitation, said, self._mine(message), self._now())
        return replace(draft, text=draft.text + self._signed(replace(draft, text="")).text)

    def forward(self, message: int) -> Draft:
        """Return a draft that forwards a message with its files; raise `AccountError`, `MessageError` for one that cannot be opened here."""
        draft = answer.forward(self._original(message), self._mine(message), self._now())
        self._forwards[draft.message_id] = message
        return self._signed(draft)

    def again(self, message: int, recipient: Address) -> Draft:
        """Return a draft that sends a message once more to one of its recipients; raise `AccountError`, `MessageError`."""
        return answer.again(self._original(message), self._mine(message), recipient, self._now())

    def _signed(self, draft: Draft) -> Draft:
        return signed(draft, self._own.preferences.signature(draft.sender))

    def _original(self, message: int) -> Original:
        return as_original(self.read(message), self.source(message))

    def _mine(self, message: int) -> list[Address]:
        """Return the user's addresses, that of the message's account first."""
        name = self._folder(self._row(message).folder).account
        return [account.address for account in sorted(self._own.accounts, key=lambda account: account.name != name)]

    def _refresh(self, account: Account, folder: int | None) -> int:
        with self._box(account.name) as box:
            self._folders.keep_accounts([a.name for a in self._with_mailbox()])
            if found := box.folders():  # none at all is a server's fault: every mailbox has an inbox
                self._folders.replace(account.name, ((f.name, f.role, f.path) for f in found))
            known = [f for f in self._folders.all() if f.account == account.name]
            behind = self._behind(known, {f.name: f for f in found})
            wanted = [f for f in known if f.id in behind or (f.role == "inbox" if folder is None else f.id == folder)]
            if folder is not None and all(f.id != folder for f in wanted):
                raise NotThere(_NO_FOLDER)
            sync = self._sync(box)
            for each in known:
                if each not in wanted:
                    sync.push(each)
            return sum(self._bring(sync, each) for each in wanted)

    def _behind(self, known: Sequence[FolderRow], told: Mapping[str, Folder]) -> set[int]:
        """Take the counts that came with the list; return the folders with rows here that are not what the server has."""
        behind = set[int]()
        for row in known:
            server = told.get(row.name)
            if server is None or server.count < 0:
                continue
            self._told[row.id] = (server.count, server.unseen)
            count = self._messages.count(row.id) if row.next_uid else -1
            unseen = row.unseen if count == row.total else server.unseen  # those marked as deleted count on the server
            if row.next_uid and (server.next_uid, server.count, server.unseen) != (row.next_uid, count, unseen):
                behind.add(row.id)
        return behind

    def _bring(self, sync: FolderSync, folder: FolderRow) -> int:
        """Bring a folder up to date; return how many unread messages came into an inbox that was known before."""
        new = sync.run(folder)
        self._learn_new(folder, new)
        after = self._folders.get(folder.id)
        known = folder.role == "inbox" and folder.next_uid and after is not None and after.validity == folder.validity
        return sum(Flags.SEEN not in row.flags for row in new) if known else 0

    def _learn_new(self, folder: FolderRow, new: Sequence[Header]) -> None:
        if new and folder.role in _LEARNED:
            self._learn(new[:_MOST_LEARNED])

    def _source(self, row: MessageRow) -> bytes:
        content = self._sources.get(row.id, self._now().timestamp())
        if content is None:
            content = self._fetch(row)
            self._sources.put(row.id, content, self._now().timestamp())
        return content

    def _fetch(self, row: MessageRow) -> bytes:
        folder = self._folder(row.folder)
        with self._box(folder.account, _READING) as box:
            try:
                return box.fetch(_place(folder), row.uid)
            except NotThere as error:
                self._messages.remove([row.id])
                raise NotThere(_GONE) from error

    def _move(self, source: FolderRow, rows: Sequence[MessageRow], name: str, target: int) -> None:
        with self._box(source.account) as box:
            self._sync(box).push(source)
            for start in range(0, len(rows), _AT_ONCE):
                some = {row.uid: row.id for row in rows[start : start + _AT_ONCE]}
                moved = box.move(_place(source), list(some), name)
                self._messages.move({some[old]: new for old, new in moved.uids.items()}, target, moved.validity)
                self._messages.remove(some[uid] for uid in some if uid not in moved.uids)

    def _delete(self, source: FolderRow, rows: Sequence[MessageRow]) -> None:
        with self._box(source.account) as box:
            for start in range(0, len(rows), _AT_ONCE):
                some = rows[start : start + _AT_ONCE]
                box.delete(_place(source), [row.uid for row in some])
                self._messages.remove(row.id for row in some)

    def _by_folder(self, messages: Sequence[int]) -> Iterator[tuple[FolderRow, list[MessageRow]]]:
        """Yield the messages that are still there, folder by folder; raise `NotThere` where none is."""
        rows = [row for row in map(self._messages.get, dict.fromkeys(messages)) if row]
        if messages and not rows:
            raise NotThere(_GONE)
        for number in dict.fromkeys(row.folder for row in rows):
            yield self._folder(number), [row for row in rows if row.folder == number]

    def _row(self, message: int) -> MessageRow:
        row = self._messages.get(message)
        if row is None:
            raise NotThere(_GONE)
        return row

    def _folder(self, folder: int) -> FolderRow:
        row = self._folders.get(folder)
        if row is None:
            raise NotThere(_NO_FOLDER)
        return row

    def _sync(self, box: Mailbox) -> FolderSync:
        return FolderSync(box, self._folders, self._messages)

    def _with_mailbox(self) -> list[Account]:
        return [account for account in self._own.accounts if account.mailbox is not None]

    @contextmanager
    def _box(self, name: str, purpose: str = _CHANGES) -> Iterator[Mailbox]:
        """Give the account's mailbox and remember whether it could be reached; raise `NotThere` for an account that was removed."""
        account = next((a for a in self._with_mailbox() if a.name == name), None)
        if account is None:
            raise NotThere(f"The account {name} is not set up any more.")
        try:
            with self._lines.standing(account, purpose) as box:
                yield box
        except Unreachable:
            self._away.add(name)
            raise
        self._away.discard(name)


def _place(folder: FolderRow) -> Place:
    return Place(folder.name, folder.validity)


def _view(row: MessageRow) -> MessageView:
    flags = Flags(row.flags)
    return MessageView(
        row.id,
        row.folder,
        row.sender,
        row.recipients,
        row.subject,
        _EPOCH + timedelta(seconds=row.date),
        Flags.SEEN in flags,
        Flags.FLAGGED in flags,
        Flags.ANSWERED in flags,
        row.size,
        Flags.FORWARDED in flags,
        Marks(row.marks),
    )
