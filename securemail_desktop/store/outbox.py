"""The outbox in the encrypted store: protected bytes of every copy, and one row a recipient with the state of his copy.

Rules: an entry with all its copies is durable before anything is handed over; a state changes in one transaction with the name (rid) of the
audit record that will tell of it, and `recorded` says that the journal has that record. Rows are primitives; `sending.outbox` gives them meaning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from securemail_desktop.store.database import Database, Value
from securemail_desktop.store.drafts import remove_draft


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy of a message: its bytes are what goes on the wire at every attempt."""

    number: int
    method: str
    sha256: str
    content: bytes


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
    """One message. `draft` is its message file with Bcc, `record` the audit record's base as JSON, `intent` a rid or empty.

    `sent_copy` is what is filed in Sent, empty once it is there. `created` and `next_attempt` are seconds since the epoch (UTC).
    """

    id: str
    draft: bytes
    record: str
    intent: str
    sent_copy: bytes
    created: float
    next_attempt: float
    attempts: int
    copies: tuple[CopyRow, ...]
    recipients: tuple[RecipientRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A recipient's new state after an attempt, or at its commitment."""

    position: int
    state: str
    reason: str
    code: int = 0
    enhanced: str = ""
    queue_id: str = ""


class OutboxTable:
    """The outbox's rows."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._db = database

    def add(self, entry: EntryRow, leaving: Iterable[tuple[str, Sequence[int]]] = (), draft_id: str = "") -> None:
        """Make a whole entry durable in one step.

        In the same step the recipients at these positions leave the former entries of these ids; an entry goes with its last recipient. So does
        the kept draft that the entry was made of.
        """
        with self._db.transaction():
            remove_draft(self._db, draft_id)
            for former, positions in leaving:
                self._leave(former, positions)
            self._db.execute(
                "INSERT INTO outbox (id, draft, record, intent, sent_copy, created, next_attempt, attempts) VALUES (?,?,?,?,?,?,?,?)",
                (entry.id, entry.draft, entry.record, entry.intent, entry.sent_copy, entry.created, entry.next_attempt, entry.attempts),
            )
            for copy in entry.copies:
                self._db.execute(
                    "INSERT INTO outbox_copy (entry, number, method, sha256, content) VALUES (?,?,?,?,?)",
                    (entry.id, copy.number, copy.method, copy.sha256, copy.content),
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
                "SELECT id, draft, record, intent, sent_copy, created, next_attempt, attempts FROM outbox WHERE id = ?", (entry_id,)
            )
            if not found:
                return None
            return self._entry(found[0])

    def change(self, entry_id: str, outcome: str, changes: Sequence[Change]) -> None:
        """Set recipients' states in one step; `outcome` is the rid of the record that will tell of it."""
        with self._db.transaction():
            for change in changes:
                self._db.execute(
                    "UPDATE outbox_recipient SET state = ?, reason = ?, code = ?, enhanced = ?, queue_id = ?, outcome = ?, recorded = 0"
                    " WHERE entry = ? AND position = ?",
                    (change.state, change.reason, change.code, change.enhanced, change.queue_id, outcome, entry_id, change.position),
                )

    def recorded(self, entry_id: str, outcome: str) -> None:
        """Note that the journal has the record."""
        self._db.execute("UPDATE outbox_recipient SET recorded = 1 WHERE entry = ? AND outcome = ?", (entry_id, outcome))

    def filed(self, entry_id: str) -> None:
        """Note that the Sent folder has its copy; its bytes are no longer needed here."""
        self._db.execute("UPDATE outbox SET sent_copy = x'' WHERE id = ?", (entry_id,))

    def postpone(self, entry_id: str, attempts: int, next_attempt: float) -> None:
        """Set when time alone may try again."""
        self._db.execute("UPDATE outbox SET attempts = ?, next_attempt = ? WHERE id = ?", (attempts, next_attempt, entry_id))

    def remove(self, entry_id: str) -> None:
        """Forget an entry with its copies."""
        self._db.execute("DELETE FROM outbox WHERE id = ?", (entry_id,))

    def _leave(self, entry_id: str, positions: Sequence[int]) -> None:
        for position in positions:
            self._db.execute("DELETE FROM outbox_recipient WHERE entry = ? AND position = ?", (entry_id, position))
        if not self._db.rows("SELECT 1 FROM outbox_recipient WHERE entry = ? LIMIT 1", (entry_id,)):
            self.remove(entry_id)

    def _add_recipient(self, entry_id: str, row: RecipientRow) -> None:
        self._db.execute(
            "INSERT INTO outbox_recipient (entry, position, address, field, method, copy, state, reason, outcome, recorded, code, enhanced, queue_id)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(entry_id, row.position, row.address, row.field, row.method, row.copy, row.state, row.reason),
                *(row.outcome, int(row.recorded), row.code, row.enhanced, row.queue_id),
            ),
        )

    def _entry(self, row: tuple[Value, ...]) -> EntryRow:
        entry_id = str(row[0])
        copies = self._db.rows("SELECT number, method, sha256, content FROM outbox_copy WHERE entry = ? ORDER BY number", (entry_id,))
        recipients = self._db.rows(
            "SELECT position, address, field, method, copy, state, reason, outcome, recorded, code, enhanced, queue_id"
            " FROM outbox_recipient WHERE entry = ? ORDER BY position",
            (entry_id,),
        )
        return EntryRow(
            entry_id,
            bytes(cast("bytes", row[1])),
            str(row[2]),
            str(row[3]),
            bytes(cast("bytes", row[4])),
            float(cast("float", row[5])),
            float(cast("float", row[6])),
            int(cast("int", row[7])),
            tuple(CopyRow(int(cast("int", n)), str(m), str(s), bytes(cast("bytes", c))) for n, m, s, c in copies),
            tuple(_recipient(r) for r in recipients),
        )


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
