"""MIME in: bytes of a message to a draft, within bounds (RFC 5322, 2045-2049, 2231, 3676, 6532)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from securemail_desktop.message import charset, draft_order, encoded_word, flowed, parameter
from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.message.entity import Entity, read_entity
from securemail_desktop.message.errors import AddressError, ParseError

_QUOTED_WORDS = re.compile(r'"((?:=\?[^?\s"]+\?[bBqQ]\?[^?\s"]*\?=[ \t]*)+)"')
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BREAK = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class _Bodies:
    plain: Entity | None = None
    html: Entity | None = None

    def __bool__(self) -> bool:
        return bool(self.plain or self.html)


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
    bodies = _bodies(root)
    recipients, attachments = draft_order.read(root.field(draft_order.FIELD.lower()))
    return Draft(
        sender=author,
        recipients=draft_order.restore(_recipients(root), recipients),
        subject=encoded_word.decode(root.field("subject")),
        text=_text(bodies.plain) if bodies.plain else "",
        message_id=next(iter(_ids(root, "message-id")), "") or new_message_id(author),
        date=_date(root.field("date")),
        html=_text(bodies.html) if bodies.html else "",
        attachments=draft_order.restore(tuple(_attachments(root, bodies)), attachments),
        in_reply_to=next(iter(_ids(root, "in-reply-to")), ""),
        references=_ids(root, "references"),
        reply_to=_addresses(root, "reply-to"),
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
    return tuple(_MESSAGE_ID.findall(root.field(name)))


def _date(value: str) -> datetime:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date
    except (ValueError, TypeError, OverflowError):
        return datetime.now(UTC).replace(microsecond=0)


def _bodies(entity: Entity) -> _Bodies:
    """Return the bodies that the author wrote: the best of an alternative, the root of related, else the first that has any."""
    if not entity.parts:
        return _Bodies(entity if _is_body(entity, "text/plain") else None, entity if _is_body(entity, "text/html") else None)
    found = [bodies for bodies in map(_bodies, entity.parts) if bodies]
    if entity.type != "multipart/alternative":
        return found[0] if found else _Bodies()
    plain = next((bodies.plain for bodies in found if bodies.plain), None)
    return _Bodies(plain, next((bodies.html for bodies in reversed(found) if bodies.html), None))


def _is_body(entity: Entity, content_type: str) -> bool:
    disposition, _ = _disposition(entity)
    return entity.type == content_type and disposition != "attachment" and not _filename(entity)


def _text(entity: Entity) -> str:
    """Return a body's text with line feeds, without the one line end that closes it."""
    label = entity.parameters.get("charset", "").split(" ")[0]
    if not label and entity.type == "text/html" and (meta := _META_CHARSET.search(entity.content[:2048])):
        label = meta[1].decode("ascii", "replace")
    text = _BREAK.sub("\n", charset.decode(entity.content, label)).removesuffix("\n")
    if entity.type == "text/plain" and entity.parameters.get("format", "").lower() == "flowed":
        return flowed.decode(text, entity.parameters.get("delsp", "").lower() == "yes")
    return text


def _attachments(entity: Entity, bodies: _Bodies) -> list[Attachment]:
    if entity.parts:
        return [attachment for part in entity.parts for attachment in _attachments(part, bodies)]
    return [] if entity is bodies.plain or entity is bodies.html or _is_nothing(entity) else [_attachment(entity)]


def _is_nothing(entity: Entity) -> bool:
    """Return whether this is the empty remainder of a message that has no content at all."""
    return not entity.fields and not entity.body.strip()


def _attachment(entity: Entity) -> Attachment:
    disposition, _ = _disposition(entity)
    content_id = entity.field("content-id").strip().removeprefix("<").removesuffix(">")
    inline = disposition == "inline" or (bool(content_id) and not disposition)
    return Attachment(_filename(entity), _content_type(entity), entity.content, content_id, inline)


def _disposition(entity: Entity) -> tuple[str, dict[str, str]]:
    return parameter.parse(entity.field("content-disposition"))


def _filename(entity: Entity) -> str:
    return _disposition(entity)[1].get("filename") or entity.parameters.get("name", "")


def _content_type(entity: Entity) -> str:
    kept = [(key, value) for key, value in entity.parameters.items() if key not in {"name", "boundary"}]
    return "; ".join([entity.type, *(piece for key, value in kept for piece in parameter.format_parameter(key, value))])
