"""An outbox that was put back to an earlier state, or deleted, while the store was not: what waits in it may have gone long ago.

The store remembers how often the outbox was changed, at least. Whoever puts both back is not found out here.
"""

from typing import Protocol

from securemail_desktop.audit.event import new_rid
from securemail_desktop.sending.receipts import NOBODY_KNOWS
from securemail_desktop.sending.retry import DUE
from securemail_desktop.sending.state import State
from securemail_desktop.store.outbox import Change, OutboxTable

_SETTING = "outbox-changes"
_SAID = (
    "The outbox was deleted or put back to an earlier state: what waited there may be missing, and what is there may have been sent."
    " Look into Sent and Drafts, and tell your administrator."
)
_WAITED = DUE | {State.COMMITTING}


class Documents(Protocol):
    """Named JSON documents: `store.settings.Settings`."""

    def put(self, name: str, document: object) -> None:
        """Store or replace a document."""
        ...

    def get(self, name: str) -> object | None:
        """Return the document or None."""
        ...


def remember(table: OutboxTable, documents: Documents) -> None:
    """Remember how often the outbox was changed; raise `StoreError`."""
    changes = table.changes()
    if documents.get(_SETTING) != changes:
        documents.put(_SETTING, changes)


def tell(table: OutboxTable, documents: Documents) -> str:
    """Return a sentence where the outbox is older than the store, or empty; then nothing in it goes by itself any more. Raise `StoreError`."""
    remembered = documents.get(_SETTING)
    if not isinstance(remembered, int) or table.changes() >= remembered:
        return ""
    for entry_id in table.ids():
        entry = table.get(entry_id)
        waited = [row for row in entry.recipients if row.state in _WAITED] if entry else []
        if waited:
            table.change(entry_id, new_rid(), [Change(row.position, State.UNKNOWN, NOBODY_KNOWS) for row in waited])
    table.count_from(remembered)
    return _SAID
