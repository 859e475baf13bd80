"""MIME out: a draft to the entity that is protected, and to the messages that go on the wire (RFC 5322, 2045-2049, 3676).

An *entity* is a MIME part with its content headers only (RFC 2045); a protecting method replaces it. An *envelope header* is one of the
message's own (From, To, Subject ...). Lines end in CRLF. Bcc never appears on the wire.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from securemail_desktop.message import content_out, draft_order, transfer
from securemail_desktop.message.address import Address, format_address
from securemail_desktop.message.draft import ANSWERS, MESSAGE_ID, AddressField, Draft
from securemail_desktop.message.errors import ComposeError
from securemail_desktop.message.field import print_field

_NOT_OURS = re.compile(r"bcc|resent-bcc|mime-version|content-.*", re.IGNORECASE)


def new_message_id(sender: Address) -> str:
    """Return a Message-ID `<random@sender-domain>` that leaks no host, time or user."""
    return f"<{secrets.token_hex(16)}@{sender.domain}>"


def body_entity(draft: Draft) -> bytes:
    """Return the draft's content as one MIME entity: text, alternative, related, mixed, as the draft needs; raise `ComposeError`.

    It is 7-bit (quoted-printable or base64), so that signatures survive every relay (RFC 8551, 3.1.3).
    """
    entity = content_out.build(draft, for_wire=True)
    _check(entity)
    return entity


def wire_headers(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Return the message's own headers, (name, unencoded value) in order: From, To, Cc, Subject, Date, Message-ID, threading.

    A message without To and Cc names its recipients as undisclosed. Raise `ComposeError`.
    """
    to, cc = (_recipients(draft, field) for field in (AddressField.TO, AddressField.CC))
    headers = [
        ("From", format_address(draft.sender)),
        ("To", to or ("" if cc else "undisclosed-recipients:;")),
        ("Cc", cc),
        ("Reply-To", ", ".join(map(format_address, draft.reply_to))),
        ("Subject", draft.subject),
        ("Date", _date(draft.date)),
        ("Message-ID", _ids(draft.message_id)),
        ("In-Reply-To", _ids(draft.in_reply_to) if draft.in_reply_to else ""),
        ("References", _ids(*draft.references)),
        *draft.headers,
    ]
    return tuple((name, value) for name, value in headers if value)


def assemble(headers: Sequence[tuple[str, str]], entity: bytes) -> bytes:
    """Return a whole message: the headers (see `header_block`), then the entity; raise `ComposeError`."""
    _check(entity)
    return header_block(headers) + entity


def header_block(headers: Sequence[tuple[str, str]]) -> bytes:
    """Return the headers of a message encoded and folded (RFC 2047), and MIME-Version; its entity comes right behind. Raise `ComposeError`.

    Bcc is refused, and so are content headers, which belong to the entity.
    """
    if any(_NOT_OURS.fullmatch(name) for name, _ in headers):
        raise ComposeError("Bcc and content headers cannot be headers of a message on the wire.")
    return _block(headers)


def draft_bytes(draft: Draft) -> bytes:
    """Return the draft as a message file with its Bcc header, for the encrypted store: `parse_draft` gives the draft back.

    What mail cannot express comes back in its canonical form: line breaks of the text as line feeds, the date in whole seconds.
    """
    bcc = _recipients(draft, AddressField.BCC)
    order = draft_order.write(draft)
    answers = "protected" if draft.answers_protected else ""
    extra = [(name, value) for name, value in (("Bcc", bcc), (draft_order.FIELD, order), (ANSWERS, answers)) if value]
    entity = content_out.build(draft, for_wire=False)
    _check(entity)
    return _block([*wire_headers(draft), *extra]) + entity


def _block(headers: Sequence[tuple[str, str]]) -> bytes:
    return b"".join([*(print_field(name, value) for name, value in headers), b"MIME-Version: 1.0\r\n"])


def _check(entity: bytes) -> None:
    """Refuse an entity that a relay would have to change, which breaks its signature."""
    if not transfer.is_7bit(entity):
        raise ComposeError("The content of the message is not 7-bit text with CRLF line ends.")
    if not entity[:8].lower() == b"content-" or b"\r\n\r\n" not in entity:
        raise ComposeError("The content of the message has no content headers.")


def _recipients(draft: Draft, field: AddressField) -> str:
    return ", ".join(format_address(recipient.address) for recipient in draft.recipients if recipient.field is field)


def _ids(*message_ids: str) -> str:
    if not all(map(MESSAGE_ID.fullmatch, message_ids)):
        raise ComposeError("A Message-ID of the draft is not valid.")
    return " ".join(message_ids)


def _date(date: datetime) -> str:
    offset = date.utcoffset()
    if offset is None:
        raise ComposeError("The date of the draft has no time zone.")
    return format_datetime(date.astimezone(UTC) if offset % timedelta(minutes=1) else date)
