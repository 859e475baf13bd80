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
        entry = _entry(row, store, sender_of)
        if entry.id not in there:
            queue.add(entry)
        store.execute("DELETE FROM outbox WHERE id = ?", (entry.id,))


def _entry(row: tuple[Value, ...], store: Database, sender_of: Callable[[bytes], str]) -> EntryRow:
    entry_id, draft, record, intent, sent_copy, created, next_attempt, attempts = row
    content = bytes(cast("bytes", draft))
    return EntryRow(
        str(entry_id),
        sender_of(content),
        content,
        str(record),
        str(intent),
        bytes(cast("bytes", sent_copy)),
        float(cast("float", created)),
        float(cast("float", next_attempt)),
        int(cast("int", attempts)),
        copies_of(str(entry_id), store),
        recipients_of(str(entry_id), store),
    )
