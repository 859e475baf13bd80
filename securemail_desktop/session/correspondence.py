"""A message list's rows as the recipient index learns them."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from securemail_desktop.accounts.protocol import Header
from securemail_desktop.message.address import parse_addresses
from securemail_desktop.message.errors import MessageError
from securemail_desktop.recipients.index import Correspondence


def correspondence(row: Header) -> Correspondence | None:
    """Return a message list's row as the index learns it, or None where it cannot be read."""
    try:
        date = parsedate_to_datetime(row.date)
        sender, *_ = parse_addresses(row.sender)
        return Correspondence(sender, parse_addresses(row.to), date if date.tzinfo else date.replace(tzinfo=UTC), message_id=row.message_id)
    except (MessageError, ValueError):
        return None
