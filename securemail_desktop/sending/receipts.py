"""Where each recipient of an entry stands, as the author sees it."""

from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Recipient
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.store.outbox import EntryRow, RecipientRow


def receipts_of(entry: EntryRow, *, waiting: str = "") -> tuple[Receipt, ...]:
    """Return one receipt a recipient; `waiting` is why what is ready did not go."""
    return tuple(_receipt(row, entry, waiting) for row in entry.recipients)


def _receipt(row: RecipientRow, entry: EntryRow, waiting: str) -> Receipt:
    state = State(row.state)
    reason = waiting if waiting and state is State.READY else row.reason
    recipient = Recipient(parse_address(row.address), AddressField(row.field))
    return Receipt(recipient, Method(row.method), state, reason, entry.intent, row.outcome)
