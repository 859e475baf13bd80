"""Moves an outbox out of the store's file, where earlier versions kept it, into the queue's.

An entry is durable in the queue before it leaves the store, and one that the queue has already is not added again: whatever interrupts this, the
next start goes on with it, nothing is lost and nothing is there twice. The caller holds the outbox's lock.
"""

from collections.abc import Callable
from typing import cast

from securemail_desktop.store.database import Database, Value
from securemail_desktop.store.outbox import EntryRow, OutboxTable, copies_of, recipients_of

_ENTRIES = "SELECT id, draft, record, intent, sent_copy, created, next_attempt, attempts FROM outbox ORDER BY created, id"


def has_former_outbox(store: Database) -> bool:
    """Say whether anything is left in the store's file."""
    return bool(store.rows("SELECT 1 FROM outbox LIMIT 1"))


def move_outbox(store: Database, queue: OutboxTable, sender_of: Callable[[bytes], str]) -> None:
    """Move all entries; `sender_of` reads the author (`Address.key`) from a draft, empty where it cannot. Raise `StoreError`."""
    there = set(queue.ids())
    for row in store.rows(_ENTRIES):
        entry_id, draft, sent_copy = str(row[0]), cast("bytes", row[1]), cast("bytes", row[4])
        if entry_id not in there:
            bodies = queue.bodies(entry_id)
            bodies.put_draft(draft)
            bodies.put_sent([sent_copy])
            for number, content in store.rows("SELECT number, content FROM outbox_copy WHERE entry = ?", (entry_id,)):
                bodies.put_copy(int(cast("int", number)), [cast("bytes", content)])
            queue.add(_entry(row, store, sender_of(draft)), bodies)
        store.execute("DELETE FROM outbox WHERE id = ?", (entry_id,))


def _entry(row: tuple[Value, ...], store: Database, sender: str) -> EntryRow:
    entry_id, _, record, intent, sent_copy, created, next_attempt, attempts = row
    return EntryRow(
        str(entry_id),
        sender,
        str(record),
        str(intent),
        float(cast("float", created)),
        float(cast("float", next_attempt)),
        int(cast("int", attempts)),
        copies_of(str(entry_id), store),
        recipients_of(str(entry_id), store),
        to_file=bool(sent_copy),
    )
