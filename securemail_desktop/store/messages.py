"""Rows of messages in the encrypted store: pages by date, search by words, flags with those that the server has not got yet.

A row's id is never used again. Texts are decoded and a stranger's; they are cut to what a list shows.
"""

import json
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from securemail_desktop.store.database import Database, Value
from securemail_desktop.store.shown import NEWEST_FIRST, Only, Order, Shown

_SELECT = "SELECT id, folder, uid, message_id, sender, recipients, subject, date, flags, size, marks FROM message"
# The conditions are spelled as the partial indexes have them, or SQLite does not use them.
_COUNT = "SELECT count(*) FROM message WHERE folder = ? AND flags & 8 = 0"
_FIND = "SELECT id FROM message INDEXED BY message_words WHERE folder = ? AND flags & 8 = 0"
_ALL = "SELECT id FROM message WHERE folder = ? AND flags & 8 = 0"
_EVERYWHERE = "SELECT id FROM message WHERE flags & 8 = 0 AND (1"
_ALSO = " OR id IN (SELECT value FROM json_each(?)))"
_ORDERS = {
    Order.NEWEST: " ORDER BY date DESC, id DESC",
    Order.OLDEST: " ORDER BY date, id",
    Order.SENDER: " ORDER BY ltrim(sender, '\"'' ') COLLATE NOCASE, date DESC, id DESC",
    Order.RECIPIENT: " ORDER BY ltrim(recipients, '\"'' ') COLLATE NOCASE, date DESC, id DESC",
    Order.SUBJECT: " ORDER BY subject COLLATE NOCASE, date DESC, id DESC",
    Order.SIZE: " ORDER BY size DESC, date DESC, id DESC",
}
_ONLY = {Only.UNREAD: "flags & 1 = 0", Only.FLAGGED: "flags & 4 <> 0", Only.ATTACHED: "marks > 0 AND marks & 1 <> 0"}
_MOST_WORDS = 20
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as the server lists it. `date` is in whole seconds since the epoch, `size` in octets.

    `flags` are the bits of `message.flags`, `marks` those of `message.marks`.
    """

    uid: int
    message_id: str
    sender: str
    recipients: str
    subject: str
    date: int
    flags: int
    size: int
    marks: int = 0


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in the store."""

    id: int
    folder: int
    uid: int
    message_id: str
    sender: str
    recipients: str
    subject: str
    date: int
    flags: int
    size: int
    marks: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A message whose `bits` of `flags` were set here and are not on the server yet."""

    id: int
    uid: int
    flags: int
    bits: int


class MessageTable:
    """The messages' rows."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._db = database
        self._ids: tuple[tuple[object, ...], list[int]] | None = None  # the view that was looked at last, and its messages in their order

    def page(self, folder: int, offset: int, count: int, words: str = "", shown: Shown = NEWEST_FIRST) -> tuple[list[MessageRow], int]:
        """Return rows of a folder as a view shows them, and how many there are; with `words` only those in which each word is a part."""
        wanted = _wanted(words)
        if wanted or (shown.order, shown.only) != (Order.NEWEST, Only.ALL):
            return self._found((folder, wanted, shown), offset, count, lambda: self._look_up(folder, wanted, shown))
        with self._db.transaction():
            total = self._db.rows(_COUNT, (folder,))[0][0]
            query = _SELECT + " WHERE folder = ? AND flags & 8 = 0" + _ORDERS[Order.NEWEST] + " LIMIT ? OFFSET ?"
            rows = self._db.rows(query, (folder, count, offset))
        return [_row(row) for row in rows], int(cast("int", total))

    def everywhere(
        self, offset: int, count: int, words: str, shown: Shown = NEWEST_FIRST, also: frozenset[int] = frozenset()
    ) -> tuple[list[MessageRow], int]:
        """Return rows of all folders in which each word is a part, and those `also`, as a view shows them; and how many there are."""
        wanted = _wanted(words)
        return self._found((wanted, shown, also), offset, count, lambda: self._look_everywhere(wanted, shown, also))

    def ids(self, folder: int, uids: Iterable[int]) -> list[int]:
        """Return the messages of a folder with these UIDs, as far as they are known."""
        query = "SELECT id FROM message WHERE folder = ? AND uid IN (SELECT value FROM json_each(?))"
        return [int(cast("int", number)) for (number,) in self._db.rows(query, (folder, json.dumps(list(uids))))]

    def _found(self, view: tuple[object, ...], offset: int, count: int, look_up: Callable[[], list[int]]) -> tuple[list[MessageRow], int]:
        with self._db.transaction():
            asked = (*view, self._db.version())
            if self._ids is None or self._ids[0] != asked:  # every page of a view is cut from the same order
                self._ids = (asked, look_up())
            ids = self._ids[1]
            return list(filter(None, map(self.get, ids[offset : offset + count]))), len(ids)

    def _look_up(self, folder: int, wanted: tuple[str, ...], shown: Shown) -> list[int]:
        query = (_FIND if wanted else _ALL) + " AND instr(words, ?)" * len(wanted)
        kept = (shown.kept,) if shown.only is not Only.ALL else ()
        query += f" AND ({_ONLY[shown.only]} OR id = ?)" if kept else ""
        return [int(cast("int", number)) for (number,) in self._db.rows(query + _ORDERS[shown.order], (folder, *wanted, *kept))]

    def _look_everywhere(self, wanted: tuple[str, ...], shown: Shown, also: frozenset[int]) -> list[int]:
        query = _EVERYWHERE + " AND instr(words, ?)" * len(wanted) + _ALSO
        kept = (shown.kept,) if shown.only is not Only.ALL else ()
        query += f" AND ({_ONLY[shown.only]} OR id = ?)" if kept else ""
        values = (*wanted, json.dumps(sorted(also)), *kept)
        return [int(cast("int", number)) for (number,) in self._db.rows(query + _ORDERS[shown.order], values)]

    def get(self, message: int) -> MessageRow | None:
        """Return one row, or None."""
        found = self._db.rows(_SELECT + " WHERE id = ?", (message,))
        return _row(found[0]) if found else None

    def named(self, message_id: str) -> list[int]:
        """Return the messages with a Message-ID (with its angle brackets): copies may lie in several folders."""
        found = self._db.rows("SELECT id FROM message WHERE message_id = ? AND message_id <> '' ORDER BY id", (message_id,))
        return [int(cast("int", number)) for (number,) in found]

    def uids(self, folder: int) -> dict[int, int]:
        """Return the flags of all messages of a folder by UID."""
        return {int(cast("int", uid)): int(cast("int", flags)) for uid, flags in self._uids(folder)}

    def count(self, folder: int) -> int:
        """Return how many messages the folder has, those that are not shown too."""
        return int(cast("int", self._db.rows("SELECT count(*) FROM message WHERE folder = ?", (folder,))[0][0]))

    def add(self, folder: int, validity: int, messages: Iterable[NewMessage]) -> None:
        """Take messages in; a known UID keeps its id and what is pending. Nothing where the folder is gone or was numbered anew."""
        with self._db.transaction():
            if self._db.rows("SELECT 1 FROM folder WHERE id = ? AND validity = ?", (folder, validity)):
                self._db.execute_many(
                    "INSERT INTO message (folder, uid, message_id, sender, recipients, subject, date, flags, pending, size, words, marks)"
                    " VALUES (?,?,?,?,?,?,?,?,0,?,?,?) ON CONFLICT (folder, uid) DO UPDATE SET message_id = excluded.message_id,"
                    " sender = excluded.sender, recipients = excluded.recipients, subject = excluded.subject, date = excluded.date,"
                    " flags = (flags & pending) | (excluded.flags & ~pending), size = excluded.size, words = excluded.words,"
                    " marks = excluded.marks",
                    (_values(folder, message) for message in messages),
                )

    def take_flags(self, folder: int, flags: Mapping[int, int]) -> None:
        """Take the server's flags by UID; what is pending here stays as it is."""
        self._db.execute_many(
            "UPDATE message SET flags = (flags & pending) | (? & ~pending) WHERE folder = ? AND uid = ?",
            ((bits, folder, uid) for uid, bits in flags.items()),
        )

    def mark(self, messages: Iterable[int], bits: int, flags: int) -> None:
        """Set those `bits` to what they are in `flags`; they are pending until `pushed`."""
        self._db.execute_many(  # SQLite has no exclusive or
            "UPDATE message SET pending = pending | ((flags | ?2) & ~(flags & ?2) & ?1), flags = (flags & ~?1) | (?2 & ?1) WHERE id = ?3",
            ((bits, flags, message) for message in messages),
        )

    def entitle(self, message: MessageRow, subject: str) -> None:
        """Show another subject for a message, the one inside of its protection; it is found by the former one too."""
        words = _folded("\n".join(map(_storable, (message.sender, message.recipients, subject, message.subject))))
        self._db.execute("UPDATE message SET subject = ?, words = ? WHERE id = ?", (_storable(subject), words, message.id))

    def unmarked(self, folder: int, most: int) -> list[int]:
        """Return the UIDs of the newest rows whose marks were never asked for."""
        query = "SELECT uid FROM message WHERE folder = ? AND marks < 0 ORDER BY uid DESC LIMIT ?"
        return [int(cast("int", uid)) for (uid,) in self._db.rows(query, (folder, most))]

    def take_marks(self, folder: int, marks: Mapping[int, int]) -> None:
        """Take marks by UID."""
        self._db.execute_many(
            "UPDATE message SET marks = ? WHERE folder = ? AND uid = ?", ((bits, folder, uid) for uid, bits in marks.items())
        )

    def pending(self, folder: int) -> list[Pending]:
        """Return the folder's messages with flags that the server has not got yet."""
        found = self._db.rows("SELECT id, uid, flags, pending FROM message WHERE folder = ? AND pending <> 0 ORDER BY uid", (folder,))
        return [Pending(*(int(cast("int", value)) for value in row)) for row in found]

    def pushed(self, pending: Iterable[Pending]) -> None:
        """Note that the server has them; a bit that was set anew meanwhile stays pending."""
        self._db.execute_many(
            "UPDATE message SET pending = pending & ~(?1 & ~((flags | ?2) & ~(flags & ?2))) WHERE id = ?3",
            ((p.bits, p.flags, p.id) for p in pending),
        )

    def remove(self, messages: Iterable[int]) -> None:
        """Forget messages."""
        self._db.execute_many("DELETE FROM message WHERE id = ?", ((message,) for message in messages))

    def keep(self, folder: int, uids: Collection[int]) -> None:
        """Forget the messages of a folder with other UIDs than these."""
        gone = [uid for uid, _ in self._uids(folder) if uid not in uids]
        self._db.execute_many("DELETE FROM message WHERE folder = ? AND uid = ?", ((folder, uid) for uid in gone))

    def move(self, moved: Mapping[int, int], folder: int, validity: int) -> None:
        """Put messages by id under their new UIDs into another folder; they go where it is known by another validity or has the UID.

        A folder that was never looked at takes this validity over: its other messages come when it is.
        """
        with self._db.transaction():
            self._db.execute("UPDATE folder SET validity = ? WHERE id = ? AND validity = 0", (validity, folder))
            known = self._db.rows("SELECT 1 FROM folder WHERE id = ? AND validity = ?", (folder, validity))
            for message, uid in moved.items():
                free = known and not self._db.rows("SELECT 1 FROM message WHERE folder = ? AND uid = ?", (folder, uid))
                if free:
                    self._db.execute("UPDATE message SET folder = ?, uid = ? WHERE id = ?", (folder, uid, message))
                else:
                    self.remove([message])

    def _uids(self, folder: int) -> Sequence[tuple[Value, ...]]:
        return self._db.rows("SELECT uid, flags FROM message WHERE folder = ?", (folder,))


def _wanted(words: str) -> tuple[str, ...]:
    return tuple(_folded(_storable(words)).split()[:_MOST_WORDS])


def _folded(text: str) -> str:
    """Return text as a search compares it: without regard to case, an accented letter in one form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _values(folder: int, message: NewMessage) -> tuple[Value, ...]:
    texts = [_storable(text) for text in (message.message_id, message.sender, message.recipients, message.subject)]
    words = _folded("\n".join(texts[1:]))
    return (folder, message.uid, *texts, message.date, message.flags, message.size, words, message.marks)


def _storable(text: str) -> str:
    """Return text as SQLite takes it: halves of surrogate pairs, which odd charsets decode to, are replaced."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def _row(values: tuple[Value, ...]) -> MessageRow:
    number, folder, uid, message_id, sender, recipients, subject, date, flags, size, marks = values
    return MessageRow(
        cast("int", number),
        cast("int", folder),
        cast("int", uid),
        str(message_id),
        str(sender),
        str(recipients),
        str(subject),
        cast("int", date),
        cast("int", flags),
        cast("int", size),
        max(0, cast("int", marks)),
    )
