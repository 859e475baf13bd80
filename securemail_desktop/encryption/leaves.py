"""The leaves of a payload: decoded parts, and the signatures and encrypted parts that stand inside, where they prove little.

Rules: bounded depth and number; an encrypted part beside others is never opened; a signature inside says what it covers: a part.
"""

from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.encryption.entity import Entity, parse_entity, split_multipart
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.layers import Kind, kind_of, verify_signed
from securemail_desktop.encryption.opened import Part
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.signature import Signature
from securemail_desktop.message import encoded_word
from securemail_desktop.message.body_text import body_text

_DEEPEST, _MOST = 20, 1000
_TOO_MUCH = "The message has more parts than this program shows."
_CLOSED = "A part of the message is encrypted by itself and is not opened: only a whole message can be trusted to be."


@dataclass(frozen=True, slots=True)
class Leaves:
    """The parts in their order, the signatures that cover only a part, and what one should know."""

    parts: tuple[Part, ...] = ()
    signatures: tuple[Signature, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Leaves") -> "Leaves":
        """Return both, one after the other."""
        return Leaves(self.parts + other.parts, self.signatures + other.signatures, self.notes + other.notes)


def leaves(payload: Entity, ring: KeyRing, now: datetime) -> Leaves:
    """Return what a payload holds."""
    found = _walk(payload, ring, now, 0)
    return found if len(found.parts) <= _MOST else Leaves(found.parts[:_MOST], found.signatures, (*found.notes, _TOO_MUCH))


def _walk(entity: Entity, ring: KeyRing, now: datetime, depth: int) -> Leaves:
    kind = kind_of(entity)
    if depth > _DEEPEST:
        return Leaves((), (), (_TOO_MUCH,))
    if kind in {Kind.CMS_SIGNED, Kind.PGP_SIGNED}:
        return _signed(entity, ring, now, depth)
    if kind in {Kind.CMS, Kind.PGP_ENCRYPTED, Kind.PGP_INLINE}:
        return Leaves((_part(entity),), (), (_CLOSED,))
    if entity.headers.get_content_maintype() != "multipart":
        return Leaves((_part(entity),))
    return _children(entity, ring, now, depth)


def _children(entity: Entity, ring: KeyRing, now: datetime, depth: int) -> Leaves:
    total = Leaves()
    for part in split_multipart(entity)[:_MOST]:
        total += _walk(parse_entity(part), ring, now, depth + 1)
    return total


def _signed(entity: Entity, ring: KeyRing, now: datetime, depth: int) -> Leaves:
    try:
        content, signature = verify_signed(entity, ring, now)
    except EncryptionError as error:  # the content is readable all the same
        return Leaves((), (Signature(str(error).rstrip(".")),)) + _children(entity, ring, now, depth)
    return Leaves((), (signature,)) + _walk(parse_entity(content), ring, now, depth + 1)


def _part(entity: Entity) -> Part:
    content = entity.content()
    parameters = {name: entity.parameter(name) for name in ("charset", "format", "delsp")}
    is_text = entity.headers.get_content_maintype() == "text"
    return Part(
        entity.content_type,
        encoded_word.decode(entity.headers.get_filename() or ""),
        content,
        body_text(content, entity.content_type, parameters) if is_text else "",
        str(entity.headers.get("Content-ID", "")).strip().strip("<>"),
        entity.headers.get_content_disposition() == "inline",
        entity.headers.get_content_disposition() == "attachment",
    )
