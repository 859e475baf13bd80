"""Which transactions a copy goes in, and what it bears on its way to the organisation's gateway, which takes that away again.

Rules: whoever is inside gets neither: the gateway may not be on his way. It goes by domains, whoever reads a list there. What only the way protects
is asked for on the way too: by the gateway's header where policy says that it knows it, and by REQUIRETLS (RFC 8689) where the server offers it.
"""

from collections.abc import Sequence

from securemail_desktop.accounts.protocol import Envelope
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import parse_address
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.facts import is_inside
from securemail_desktop.store.outbox import CopyRow, RecipientRow

TLS_FIELD = b"SecureMail-Require-TLS: yes\r\n"


def journeys(copy: CopyRow, rows: list[RecipientRow], channel: Channel) -> tuple[list[RecipientRow], ...]:
    """Return who gets a copy in transactions of their own."""
    if channel.voucher is None and Method(copy.method) is not Method.TLS:
        return (rows,)
    inside: list[RecipientRow] = []
    outside: list[RecipientRow] = []
    for row in rows:
        (inside if _is_inside(row, channel) else outside).append(row)
    return inside, outside


def envelope_of(copy: CopyRow, rows: Sequence[RecipientRow], message_id: str, channel: Channel) -> Envelope:
    """Return the envelope of one journey."""
    require_tls = Method(copy.method) is Method.TLS and not _is_inside(rows[0], channel)
    return Envelope(channel.sender, tuple(parse_address(row.address) for row in rows), message_id, require_tls)


def marked(message: bytes, envelope: Envelope, rows: Sequence[RecipientRow], channel: Channel) -> bytes:
    """Return the message as it goes to the server: with what the gateway wants to see, outside only."""
    mark = TLS_FIELD if envelope.require_tls and channel.tls_header else b""
    if channel.voucher is not None and not _is_inside(rows[0], channel):
        mark += channel.voucher.field(message, envelope.recipients)
    return mark + message if mark else message


def _is_inside(row: RecipientRow, channel: Channel) -> bool:
    return is_inside(parse_address(row.address).domain, channel.origin.inside)
