"""The content of a message taken in: its plain and HTML body, and everything else as attachments, so that nothing is lost (RFC 2046, 2183)."""

from dataclasses import dataclass

from securemail_desktop.message import parameter
from securemail_desktop.message.body_text import body_text
from securemail_desktop.message.draft import CONTENT_ID, Attachment
from securemail_desktop.message.entity import Entity
from securemail_desktop.message.errors import ParseError

_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "quoted-printable", "base64"})


@dataclass(frozen=True, slots=True)
class Contents:
    """What a message holds: `text` and `html` with line feeds, empty where there is no such body."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class _Bodies:
    plain: Entity | None = None
    html: Entity | None = None

    def __bool__(self) -> bool:
        return bool(self.plain or self.html)


def read_contents(root: Entity) -> Contents:
    """Return the bodies that the author wrote and all other leaves, in their order, as attachments.

    Raise `ParseError` for a leaf that cannot be decoded: nobody could say what it holds.
    """
    bodies = _bodies(root)
    text = _text(bodies.plain) if bodies.plain else ""
    return Contents(text, _text(bodies.html) if bodies.html else "", tuple(_attachments(root, bodies)))


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
    return body_text(_decoded(entity), entity.type, entity.parameters)


def _attachments(entity: Entity, bodies: _Bodies) -> list[Attachment]:
    if entity.parts:
        return [attachment for part in entity.parts for attachment in _attachments(part, bodies)]
    return [] if entity is bodies.plain or entity is bodies.html or _is_nothing(entity) else [_attachment(entity)]


def _is_nothing(entity: Entity) -> bool:
    """Return whether this is the empty remainder of a message that has no content at all."""
    return not entity.fields and not entity.body.strip()


def _decoded(entity: Entity) -> bytes:
    encoding = entity.field("content-transfer-encoding").strip().lower().partition(" ")[0]
    if encoding not in _ENCODINGS:
        raise ParseError("A part of the message has an unknown transfer encoding, so it cannot be checked.")
    if encoding == "base64" and entity.content == entity.body and entity.body.strip():
        raise ParseError("A part of the message is damaged (its base64 cannot be read), so it cannot be checked.")
    return entity.content


def _attachment(entity: Entity) -> Attachment:
    disposition, _ = _disposition(entity)
    content_id = entity.field("content-id").strip().removeprefix("<").removesuffix(">")
    content_id = content_id if CONTENT_ID.fullmatch(content_id) else ""
    inline = disposition == "inline" or (bool(content_id) and not disposition)
    return Attachment(_filename(entity), parameter.declared(entity.type, entity.parameters), _decoded(entity), content_id, inline)


def _disposition(entity: Entity) -> tuple[str, dict[str, str]]:
    return parameter.parse(entity.field("content-disposition"))


def _filename(entity: Entity) -> str:
    return _disposition(entity)[1].get("filename") or entity.parameters.get("name", "")
