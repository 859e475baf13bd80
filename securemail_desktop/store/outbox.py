"""The outbox in the queue's file: protected bytes of every copy, and one row a recipient with the state of his copy.

Rules: the octets of an entry are durable with the entry or before it, and an entry before anything of it is handed over; a state changes in one
transaction with the name (rid) of the audit record that will tell of it, and `recorded` says that the journal has that record. Drafts are sealed to
the store: while it is locked they can be neither read nor added, everything else goes on. Rows are primitives; `sending.outbox` gives them meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from securemail_desktop.store.database import Database, Value
from securemail_desktop.store.errors import StoreClosed
from securemail_desktop.store.pieces import Pieces, Writing, Written
from securemail_desktop.store.queue import Seal


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy of a message; `OutboxTable.copy` has its bytes, which go on the wire at every attempt. `keys` are those that open it."""

    number: int
    method: str
    sha256: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient: `copy` is a `CopyRow.number` or -1; `outcome` the rid of the newest attempt's record, empty before the first."""

    position: int
    address: str
    field: str
    method: str
    copy: int
    state: str
    reason: str
    outcome: str = ""
    recorded: bool = True
    code: int = 0
    enhanced: str = ""
    queue_id: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One message by this sender (`Address.key`), without its octets. `record` is the audit record's base as JSON, `intent` a rid or empty.

    `subject` is None while the store is locked, and in entries of earlier versions, whose draft has it. `to_file`: a copy waits to be filed in
    Sent. `created` and `next_attempt` are seconds since the epoch (UTC).
    """

    id: str
    sender: str
    record: str
    intent: str
    created: float
    next_attempt: float
    attempts: int
    copies: tuple[CopyRow, ...]
    recipients: tuple[RecipientRow, ...]
    subject: str | None = None
    to_file: bool = False


class Bodies:
    """The octets of a new entry: its message file with Bcc and the files of that, what is filed in Sent or nothing, and its copies."""

    def __init__(self, entry: str, writing: Writing, seal: Seal) -> None:
        """Begin with nothing written."""
        self.entry, self.writing, self._seal = entry, writing, seal

    def put_draft(self, draft: bytes) -> None:
        """Write the message file, which has the digests of its files in their place; raise `StoreClosed` while the store is locked."""
        self.writing.put(_DRAFT, self._seal.close(self.entry, draft))

    def put_file(self, digest: str, content: bytes) -> None:
        """Write a file of the draft by its hex SHA-256; raise `StoreClosed` while the store is locked."""
        self.writing.put(_of_file(digest), self._seal.close(f"{self.entry} {_of_file(digest)}", content))

    def put_sent(self, content: Iterable[bytes]) -> None:
        """Write what is filed in Sent; nothing is filed where it is empty."""
        self.writing.put(_SENT, content)

    def put_copy(self, number: int, content: Iterable[bytes]) -> Written:
        """Write a copy's octets as they are made."""
        return self.writing.put(_of_copy(number), content)


@dataclass(frozen=True, slots=True)
class Change:
    """A recipient's new state after an attempt, or at its commitment."""

    position: int
    state: str
    reason: str
    code: int = 0
    enhanced: str = ""
    queue_id: str = ""


_DRAFT, _SENT = "draft", "sent"


class OutboxTable:
    """The outbox's rows."""

    def __init__(self, database: Database, seal: Seal) -> None:
        """Keep the open queue and what seals drafts in it."""
        self._db = database
        self._seal = seal
        self._pieces = Pieces(database)

    def bodies(self, entry_id: str) -> Bodies:
        """Begin the octets of a new entry, in place of what was begun and did not become one; the caller holds the outbox's lock."""
        self.sweep()
        return Bodies(entry_id, Writing(self._db, entry_id), self._seal)

    def has_remains(self) -> bool:
        """Say whether octets were written that are of no entry: one that is being made, or one that was interrupted."""
        return self._pieces.has_remains()

    def sweep(self) -> None:
        """Forget octets that were written and did not become an entry; the caller holds the outbox's lock."""
        self._pieces.sweep()

    def add(self, entry: EntryRow, bodies: Bodies, leaving: Iterable[tuple[str, Sequence[int]]] = (), draft_id: str = "") -> None:
        """Make a whole entry durable in one step; raise `StoreClosed` while the store is locked.

        In the same step the recipients at these positions leave the former entries of these ids; an entry goes with its last recipient. The
        kept draft that the entry was made of is spent from then on (`spent_drafts`).
        """
        with self._db.transaction():
            self._db.execute("INSERT OR IGNORE INTO spent_draft (id) SELECT ? WHERE ? <> ''", (draft_id, draft_id))
            for former, positions in leaving:
                self._leave(former, positions)
            self._add_row(entry)
            bodies.writing.flush()
            self._db.execute_many(
                "INSERT INTO outbox_copy (entry, number, method, sha256) VALUES (?,?,?,?)",
                ((entry.id, copy.number, copy.method, copy.sha256) for copy in entry.copies),
            )
            self._db.execute_many(
                "INSERT INTO outbox_copy_key (entry, number, key) VALUES (?,?,?)",
                ((entry.id, copy.number, key) for copy in entry.copies for key in copy.keys),
            )
            for recipient in entry.recipients:
                self._add_recipient(entry.id, recipient)

    def ids(self) -> list[str]:
        """Return the entries, oldest first."""
        return [str(row[0]) for row in self._db.rows("SELECT id FROM outbox ORDER BY created, id")]

    def ids_of(self, message_id: str) -> list[str]:
        """Return the entries of one message, oldest first."""
        found = self._db.rows("SELECT id FROM outbox WHERE record ->> '$.message_id' = ? ORDER BY created, id", (message_id,))
        return [str(row[0]) for row in found]

    def get(self, entry_id: str) -> EntryRow | None:
        """Return one entry, or None."""
        with self._db.transaction():
            found = self._db.rows(
                "SELECT id, sender, record, intent, created, next_attempt, attempts, subject,"
                " EXISTS (SELECT 1 FROM outbox_piece WHERE entry = id AND name = 'sent') FROM outbox WHERE id = ?",
                (entry_id,),
            )
            if not found:
                return None
            return self._entry(found[0])

    def draft(self, entry_id: str) -> bytes | None:
        """Return the message file of an entry: None while the store is locked, empty when it is damaged or not there."""
        return self._seal.open(entry_id, self._pieces.read(entry_id, _DRAFT))

    def files(self, entry_id: str) -> Mapping[str, bytes]:
        """Return the files of an entry's draft by digest, empty octets for one that is damaged; raise `StoreClosed` while the store is locked."""
        names = self._pieces.names(entry_id, _of_file(""))
        return {name.removeprefix(_of_file("")): self._file(f"{entry_id} {name}", self._pieces.read(entry_id, name)) for name in names}

    def sent_copy(self, entry_id: str) -> bytes:
        """Return what is to be filed in Sent, empty once it is there."""
        return self._pieces.read(entry_id, _SENT)

    def copy(self, entry_id: str, number: int) -> bytes:
        """Return the octets of a copy."""
        return self._pieces.read(entry_id, _of_copy(number))

    def change(self, entry_id: str, outcome: str, changes: Sequence[Change]) -> None:
        """Set recipients' states in one step; `outcome` is the rid of the record that will tell of it."""
        with self._db.transaction():
            for change in changes:
                self._db.execute(
                    "UPDATE outbox_recipient SET state = ?, reason = ?, code = ?, enhanced = ?, queue_id = ?, outcome = ?, recorded = 0"
                    " WHERE entry = ? AND position = ?",
                    (change.state, change.reason, change.code, change.enhanced, change.queue_id, outcome, entry_id, change.position),
                )

    def recorded(self, entry_id: str, outcome: str, positions: Iterable[int]) -> None:
        """Note that the journal has the record, which tells of the recipients at these positions."""
        self._db.execute_many(
            "UPDATE outbox_recipient SET recorded = 1 WHERE entry = ? AND outcome = ? AND position = ?",
            ((entry_id, outcome, position) for position in positions),
        )

    def filed(self, entry_id: str) -> None:
        """Note that the Sent folder has its copy; its bytes are no longer needed here."""
        self._pieces.remove(entry_id, _SENT)

    def postpone(self, entry_id: str, attempts: int, next_attempt: float) -> None:
        """Set when time alone may try again."""
        self._db.execute("UPDATE outbox SET attempts = ?, next_attempt = ? WHERE id = ?", (attempts, next_attempt, entry_id))

    def remove(self, entry_id: str) -> None:
        """Forget an entry with its copies."""
        with self._db.transaction():
            self._db.execute("DELETE FROM outbox WHERE id = ?", (entry_id,))
            self._pieces.remove_all(entry_id)

    def changes(self) -> int:
        """Return how often it was changed where recipients stand."""
        return int(cast("int", self._db.rows("SELECT n FROM change_count")[0][0]))

    def count_from(self, changes: int) -> None:
        """Count on from here: the file was put back to an earlier state, and that is settled."""
        self._db.execute("UPDATE change_count SET n = max(n, ?) + 1", (changes,))

    def spent_drafts(self) -> list[str]:
        """Return the drafts that entries were made of, and that the store may still hold."""
        return [str(row[0]) for row in self._db.rows("SELECT id FROM spent_draft ORDER BY id")]

    def settle_draft(self, draft_id: str) -> None:
        """Note that the store does not hold a spent draft any more."""
        self._db.execute("DELETE FROM spent_draft WHERE id = ?", (draft_id,))

    def _leave(self, entry_id: str, positions: Sequence[int]) -> None:
        for position in positions:
            self._db.execute("DELETE FROM outbox_recipient WHERE entry = ? AND position = ?", (entry_id, position))
        if not self._db.rows("SELECT 1 FROM outbox_recipient WHERE entry = ? LIMIT 1", (entry_id,)):
            self.remove(entry_id)

    def _add_row(self, entry: EntryRow) -> None:
        subject = (
            b"".join(self._seal.close(_of_subject(entry.id), entry.subject.encode("utf-8", "surrogatepass")))
            if entry.subject is not None
            else b""
        )
        self._db.execute(
            "INSERT INTO outbox (id, sender, record, intent, created, next_attempt, attempts, subject) VALUES (?,?,?,?,?,?,?,?)",
            (entry.id, entry.sender, entry.record, entry.intent, entry.created, entry.next_attempt, entry.attempts, subject),
        )

    def _file(self, name: str, sealed: bytes) -> bytes:
        content = self._seal.open(name, sealed)
        if content is None:
            raise StoreClosed
        return content

    def _add_recipient(self, entry_id: str, row: RecipientRow) -> None:
        self._db.execute(
            "INSERT INTO outbox_recipient (entry, position, address, field, method, copy, state, reason, outcome, recorded, code, enhanced, queue_id)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(entry_id, row.position, row.address, row.field, row.method, row.copy, row.state, row.reason),
                *(row.outcome, int(row.recorded), row.code, row.enhanced, row.queue_id),
            ),
        )

    def _keys(self, entry_id: str, number: int) -> tuple[str, ...]:
        found = self._db.rows("SELECT key FROM outbox_copy_key WHERE entry = ? AND number = ? ORDER BY key", (entry_id, number))
        return tuple(str(row[0]) for row in found)

    def _entry(self, row: tuple[Value, ...]) -> EntryRow:
        entry_id, sender, record, intent, created, next_attempt, attempts, subject, to_file = row
        sealed = cast("bytes", subject)
        opened = self._seal.open(_of_subject(str(entry_id)), sealed) if sealed else None
        return EntryRow(
            str(entry_id),
            str(sender),
            str(record),
            str(intent),
            float(cast("float", created)),
            float(cast("float", next_attempt)),
            int(cast("int", attempts)),
            tuple(replace(copy, keys=self._keys(str(entry_id), copy.number)) for copy in copies_of(str(entry_id), self._db)),
            recipients_of(str(entry_id), self._db),
            None if opened is None else opened.decode("utf-8", "surrogatepass"),
            bool(to_file),
        )


def _of_subject(entry_id: str) -> str:
    """Return the name that a subject is sealed for, which is not its draft's."""
    return f"{entry_id} subject"


def _of_file(digest: str) -> str:
    return f"file {digest}"


def _of_copy(number: int) -> str:
    return f"copy {number}"


def copies_of(entry_id: str, database: Database) -> tuple[CopyRow, ...]:
    """Return an entry's copies, in order."""
    found = database.rows("SELECT number, method, sha256 FROM outbox_copy WHERE entry = ? ORDER BY number", (entry_id,))
    return tuple(CopyRow(int(cast("int", n)), str(m), str(s)) for n, m, s in found)


def recipients_of(entry_id: str, database: Database) -> tuple[RecipientRow, ...]:
    """Return an entry's recipients, in order."""
    found = database.rows(
        "SELECT position, address, field, method, copy, state, reason, outcome, recorded, code, enhanced, queue_id"
        " FROM outbox_recipient WHERE entry = ? ORDER BY position",
        (entry_id,),
    )
    return tuple(map(_recipient, found))


def _recipient(row: tuple[Value, ...]) -> RecipientRow:
    position, address, field, method, copy, state, reason, outcome, recorded, code, enhanced, queue_id = row
    return RecipientRow(
        int(cast("int", position)),
        str(address),
        str(field),
        str(method),
        int(cast("int", copy)),
        str(state),
        str(reason),
        str(outcome),
        bool(recorded),
        int(cast("int", code)),
        str(enhanced),
        str(queue_id),
    )
