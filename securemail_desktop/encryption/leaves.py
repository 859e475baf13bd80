"""The leaves of a payload: decoded parts, and the signatures and encrypted parts that stand inside, where they prove little.

Rules: bounded depth and number; an encrypted part beside others is never opened; a signature inside says what it covers: a part.
"""

from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.encryption import legacy_display
from securemail_desktop.encryption.entity import Entity, parse_entity, split_multipart
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.layers import Kind, kind_of, verify_signed
from securemail_desktop.encryption.opened import Part
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.signature import Signature
from securemail_desktop.message import parameter
from securemail_desktop.message.body_text import body_text

_DEEPEST, _MOST, _MOST_SIGNED = 20, 1000, 20
_TOO_MUCH = "The message has more parts than this program shows."
_TOO_DEEP = "Parts of the message are nested more deeply than this program shows: they are a file."
_CLOSED = "A part of the message is encrypted by itself and is not opened: only a whole message can be trusted to be."
_NOT_CHECKED = "the message has more signatures inside than are checked"


@dataclass(frozen=True, slots=True)
class Leaves:
    """The parts in their order, the signatures that cover only a part, and what one should know."""

    parts: tuple[Part, ...] = ()
    signatures: tuple[Signature, ...] = ()
    notes: tuple[str, ...] = ()


def leaves(payload: Entity, ring: KeyRing, now: datetime, *, repeats: bool = False) -> Leaves:
    """Return what a payload holds; `repeats` when its text may repeat protected headers that are shown anyway (`legacy_display`)."""
    walk = _Walk(ring, now, repeats=repeats)
    walk.take(payload, 0)
    return Leaves(tuple(walk.parts), tuple(walk.signatures), tuple(dict.fromkeys(walk.notes)))


class _Walk:
    """One way through a payload; what it may look at is bounded for the message as a whole, not for each multipart in it."""

    def __init__(self, ring: KeyRing, now: datetime, *, repeats: bool) -> None:
        self._ring, self._now, self._repeats = ring, now, repeats
        self._left = 2 * _MOST  # entities, multiparts among them
        self.parts: list[Part] = []
        self.signatures: list[Signature] = []
        self.notes: list[str] = []

    def take(self, entity: Entity, depth: int) -> None:
        kind = kind_of(entity)
        if kind in {Kind.CMS_SIGNED, Kind.PGP_SIGNED} and depth <= _DEEPEST:
            self._signed(entity, depth)
        elif kind in {Kind.CMS, Kind.PGP_ENCRYPTED, Kind.PGP_INLINE}:
            self._leaf(entity, _CLOSED)
        elif entity.main_type != "multipart":
            self._leaf(entity)
        elif depth >= _DEEPEST:
            self._leaf(entity, _TOO_DEEP)
        else:
            self._children(entity, depth)

    def _children(self, entity: Entity, depth: int) -> None:
        parts = split_multipart(entity)
        if not parts and entity.body.strip():
            self.parts.append(_text_part(entity))
        for part in parts:
            self._left -= 1
            if self._left < 0 or len(self.parts) >= _MOST:
                self.notes.append(_TOO_MUCH)
                return
            self.take(parse_entity(part), depth + 1)

    def _signed(self, entity: Entity, depth: int) -> None:
        if len(self.signatures) >= _MOST_SIGNED:  # each one may start a program
            self.signatures.append(Signature(_NOT_CHECKED))
            self._children(entity, depth)
            return
        try:
            content, signature = verify_signed(entity, self._ring, self._now)
        except EncryptionError as error:  # the content is readable all the same
            self.signatures.append(Signature(str(error).rstrip(".")))
            self._children(entity, depth)
            return
        self.signatures.append(signature)
        self.take(parse_entity(content), depth + 1)

    def _leaf(self, entity: Entity, note: str = "") -> None:
        repeats = self._repeats and entity.parameter(legacy_display.MARK) == "1" and entity.disposition != "attachment"
        self.parts.append(_part(entity, repeats=repeats))
        if note:
            self.notes.append(note)


def _part(entity: Entity, *, repeats: bool) -> Part:
    content = entity.content()
    if repeats and entity.content_type == "text/html":
        content = legacy_display.without_element(content)
    parameters = {name: entity.parameter(name) for name in ("charset", "format", "delsp")}
    text = body_text(content, entity.content_type, parameters) if entity.main_type == "text" else ""
    if repeats and entity.content_type == "text/plain":
        text = legacy_display.without_lines(text)
    return Part(
        entity.content_type,
        entity.filename,
        content,
        text,
        str(entity.headers.get("Content-ID", "")).strip().strip("<>"),
        entity.disposition == "inline",
        entity.disposition == "attachment",
        parameter.declared(entity.content_type, entity.parameters),
    )


def _text_part(entity: Entity) -> Part:
    """Return a multipart without its boundary as what it is: text (RFC 2045, 5.2)."""
    return Part("text/plain", "", entity.body, body_text(entity.body, "text/plain", {}))
