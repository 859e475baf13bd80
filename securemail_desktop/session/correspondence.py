"""A message list's rows as the recipient index learns them."""

from securemail_desktop.accounts.protocol import Header
from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.errors import MessageError
from securemail_desktop.recipients.index import Correspondence


def correspondence(row: Header) -> Correspondence | None:
    """Return a message list's row as the index learns it, or None where it cannot be read."""
    try:
        sender, *_ = parse_addresses(row.sender)
        to, cc = parse_addresses(row.to), _readable(row.cc)
        return Correspondence(sender, to, row.date, cc, message_id=row.message_id, subject=row.subject)
    except (MessageError, ValueError):
        return None


def _readable(text: str) -> tuple[Address, ...]:
    """Return the addresses; none where the list was cut because it is so long."""
    try:
        return parse_addresses(text)
    except MessageError:
        return ()
