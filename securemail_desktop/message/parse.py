"""MIME in: bytes of a message to a draft, within bounds (RFC 5322, 2045-2049, 2231, 3676, 6532)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from securemail_desktop.message import draft_order, encoded_word
from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.content_in import read_contents
from securemail_desktop.message.draft import ANSWERS, MESSAGE_ID, AddressField, Draft, Recipient
from securemail_desktop.message.entity import Entity, read_entity
from securemail_desktop.message.errors import AddressError, ParseError

_QUOTED_WORDS = re.compile(r'"((?:=\?[^?\s"]+\?[bBqQ]\?[^?\s"]*\?=[ \t]*)+)"')


def parse_draft(source: bytes, sender: Address | None = None) -> Draft:
    """Parse a message file as the draft of its author; raise `ParseError`.

    Bcc is read. A missing Message-ID or Date is given here; `sender` stands in for a missing From. Nothing is lost: a part that is neither
    body nor known is an attachment. The content type of an attachment keeps its parameters ("text/csv; charset=koi8-r").
    """
    root = read_entity(source)
    if not root.fields:
        raise ParseError("The file is not a message: it does not begin with header fields.")
    author = next(iter(_addresses(root, "from")), sender)
    if author is None:
        raise ParseError("The message has no From field.")
    contents = read_contents(root)
    recipients, attachments = draft_order.read(root.field(draft_order.FIELD.lower()))
    return Draft(
        sender=author,
        recipients=draft_order.restore(_recipients(root), recipients),
        subject=encoded_word.decode(root.field("subject")),
        text=contents.text,
        message_id=next(iter(_ids(root, "message-id")), "") or new_message_id(author),
        date=_date(root.field("date")),
        html=contents.html,
        attachments=draft_order.restore(contents.attachments, attachments),
        in_reply_to=next(iter(_ids(root, "in-reply-to")), ""),
        references=_ids(root, "references"),
        reply_to=_addresses(root, "reply-to"),
        answers_protected=bool(root.field(ANSWERS.lower())),
    )


def _addresses(root: Entity, name: str) -> tuple[Address, ...]:
    """Return the addresses of all fields of this name; encoded words in quotation marks, which many senders write, are decoded too."""
    found: list[Address] = []
    for key, value in root.fields:
        if key.lower() == name:
            try:
                found += parse_addresses(_QUOTED_WORDS.sub(r"\1", value))
            except AddressError as error:
                raise ParseError(f"The field {name.title()} cannot be read: {error}") from error
    return tuple(found)


def _recipients(root: Entity) -> tuple[Recipient, ...]:
    return tuple(Recipient(address, field) for field in AddressField for address in _addresses(root, field.value))


def _ids(root: Entity, name: str) -> tuple[str, ...]:
    return tuple(MESSAGE_ID.findall(root.field(name)))


def _date(value: str) -> datetime:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date
    except (ValueError, TypeError, OverflowError):
        return datetime.now(UTC).replace(microsecond=0)
