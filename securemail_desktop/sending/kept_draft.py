"""The draft that an outbox entry keeps: only an open store can read it."""

from securemail_desktop.message.draft import Draft
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.store.errors import StoreClosed
from securemail_desktop.store.outbox import OutboxTable


def draft_of(entry_id: str, table: OutboxTable) -> Draft:
    """Return an entry's draft with Bcc; raise `StoreClosed` while the store is locked, `MessageError` when it cannot be read."""
    document = table.draft(entry_id)
    if document is None:
        raise StoreClosed
    return parse_draft(document)
