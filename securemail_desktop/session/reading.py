"""What a person reads of a received message: its bodies, its files, and whom its outside names. Hostile octets never raise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Opened, Part, SignatureVerdict
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message import charset, parameter
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.entity import Field, split_entity
from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.invitation import LARGEST, Invitation, read_invitation
from securemail_desktop.message.marks import NO_MARKS, Marks
from securemail_desktop.message.original import Original, read_original
from securemail_desktop.message.readable import readable_addresses
from securemail_desktop.session.mail_view import MessageView, Reading

_CID = re.compile(r"cid:([^\s\"'<>)]{1,900})", re.IGNORECASE)
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_MOST_CALENDARS = 10
_LEFT_OUT = "An address in the field {} cannot be read and is left out."
_NO_HEADER = "The header of the message is too large to be read."
_NO_ANSWER = "The header of this message is too large for an answer or a forward: write a new message instead."


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies, empty where there is none; the pictures that the HTML shows; everything else is a file."""

    text: str
    html: str
    files: tuple[Part, ...]
    pictures: tuple[Part, ...] = ()


def read_message(view: MessageView, source: bytes, ring: KeyRing, now: datetime) -> Reading:
    """Return a message opened."""
    opened = open_message(source, ring, now)
    found = bodies(opened.parts)
    fields, problem = _fields(source)
    people = {name: readable_addresses(fields, name) for name in ("From", "To", "Cc")}
    problems = [problem, *(_LEFT_OUT.format(name) for name, (_, complete) in people.items() if not complete)]
    sender, to, cc = (addresses for addresses, _ in people.values())
    invitation = _invitation(opened.parts)
    text = found.text or (invitation.note if invitation and not found.html else "")
    return Reading(view, _warned(opened, problems), sender, to, cc, text, found.html, found.files, invitation)


def bodies(parts: Sequence[Part]) -> Bodies:
    """Choose the bodies: the first HTML, and all plain text without a name of its own.

    Where there is HTML, only plain text before it can be its other form. What follows is a footer: who looks at the HTML alone would miss it, so it
    is a file as well.
    """
    plain = [part for part in parts if _is_body(part, "text/plain")]
    pages = [part for part in parts if _is_body(part, "text/html")][:1]
    if pages and not (plain and _index(parts, plain[0]) < _index(parts, pages[0])):
        plain = []
    rest = _without(parts, [*pages, *(plain[:1] if pages else plain)])
    named = {unquote(name) for page in pages for name in _CID.findall(page.text)}
    pictures = tuple(part for part in rest if part.content_type.startswith("image/") and part.content_id and part.content_id in named)
    text = "\n\n".join(part.text for part in plain if part.text.strip())
    return Bodies(text, pages[0].text if pages else "", _without(rest, pictures), pictures)


def _invitation(parts: Sequence[Part]) -> Invitation | None:
    """Return the first appointment in a message, one that asks for something before one that is only a file."""
    calendars = [part for part in parts if part.content_type in _CALENDARS and len(part.content) <= 4 * LARGEST]
    calendars.sort(key=lambda part: not _method(part))
    return next((found for part in calendars[:_MOST_CALENDARS] if (found := read_invitation(_calendar(part), _method(part)))), None)


def _method(part: Part) -> str:
    return parameter.parse(part.declared)[1].get("method", "")


def _calendar(part: Part) -> str:
    return part.text or charset.decode_file(part.content)


def _without(parts: Sequence[Part], some: Sequence[Part]) -> tuple[Part, ...]:
    """Return all but some, of which the same may stand twice in a message."""
    return tuple(part for part in parts if not any(part is one for one in some))


def _index(parts: Sequence[Part], wanted: Part) -> int:
    return next(index for index, part in enumerate(parts) if part is wanted)


def marks_of(reading: Reading) -> Marks:
    """Return what opening a message showed, as the hints of a list."""
    opened = reading.opened
    found = Marks.ATTACHED if reading.files else NO_MARKS
    if opened.decrypted or (opened.method is not Method.NONE and not opened.parts):
        found |= Marks.ENCRYPTED
    return found if opened.signature is SignatureVerdict.NONE else found | Marks.SIGNED


def as_original(reading: Reading, source: bytes) -> Original:
    """Return a message as its answer or forward needs it; raise `ParseError` beyond the bounds."""
    opened = reading.opened
    found = bodies(opened.parts)
    locked = opened.method is not Method.NONE and not opened.decrypted and not opened.parts
    return replace(
        _outside(source),
        subject=opened.subject,
        text=found.text,
        html=found.html,
        files=tuple(
            Attachment(p.filename, p.declared or p.content_type, p.content, p.content_id, p.inline) for p in (*found.files, *found.pictures)
        ),
        protected=opened.decrypted or locked,
        locked=locked,
    )


def _outside(source: bytes) -> Original:
    try:
        return read_original(source)
    except ParseError as error:
        raise ParseError(_NO_ANSWER) from error


def _is_body(part: Part, content_type: str) -> bool:
    return part.content_type == content_type and not part.filename and not part.attached


def _fields(source: bytes) -> tuple[tuple[Field, ...], str]:
    try:
        return split_entity(source)[0], ""
    except ParseError:
        return (), _NO_HEADER


def _warned(opened: Opened, problems: Sequence[str]) -> Opened:
    return replace(opened, warnings=(*opened.warnings, *filter(None, problems)))
