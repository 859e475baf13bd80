"""Where each recipient of an entry stands, as the author sees it."""

from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Recipient
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.store.outbox import EntryRow, RecipientRow

# RFC 3463: no such mailbox, domain or address; moved; a domain that takes no mail; switched off. Everything else may change by itself.
_NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
NOBODY_KNOWS = "It is not known whether the server took the message: ask the recipient before you send it again."


def receipts_of(entry: EntryRow, *, waiting: str = "") -> tuple[Receipt, ...]:
    """Return one receipt a recipient; `waiting` is why an attempt stopped: what is ready did not go, what was being handed over is in doubt."""
    return tuple(_receipt(row, entry, waiting) for row in entry.recipients)


def _receipt(row: RecipientRow, entry: EntryRow, waiting: str) -> Receipt:
    state = State(row.state)
    stopped = {State.READY: waiting, State.COMMITTING: NOBODY_KNOWS} if waiting else {}
    reason = stopped.get(state, row.reason)
    recipient = Recipient(parse_address(row.address), AddressField(row.field))
    return Receipt(recipient, Method(row.method), state, reason, entry.intent, row.outcome, no_mailbox=row.enhanced in _NO_MAILBOX)
