"""Calendars and cards as text (RFC 5545, 6350): unfolded lines, escapes undone, files that lie inside read as files.

An invitation sent by mail is such a calendar (iMIP, RFC 6047). What only describes a time zone is no text.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from securemail_desktop.message import charset
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.errors import AddressError
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import AttachmentText, reasons_of

_FOLD = re.compile(r"\n[ \t]")
_ESCAPE = re.compile(r"\\([nN,;\\])")
_LINE = re.compile(r'(?P<name>[A-Za-z0-9-]{1,80})(?P<parameters>(?:;(?:[^":;]|"[^"]*")*)*):(?P<value>.*)', re.DOTALL)
_QUOTED = re.compile(r"[A-Za-z0-9-]{1,80}(?:;[^:]*)?;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_BREAK = re.compile(r"\r\n?|\n")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,80})=("[^"]*"|[^;]*)')
_OF_ZONE = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO", "TZID", "LAST-MODIFIED"})
_DAMAGED = "A file inside the calendar is damaged."
_MOST_ATTENDEES = 10_000

Reader = Callable[[Attachment], AttachmentText]


def calendar_text(text: str, read: Reader) -> AttachmentText:
    """Return the text of a calendar whose lines end in line feeds; `read` reads a file inside it. Never fails, in linear time."""
    lines: list[Line] = []
    reasons: list[str] = []
    in_zone = False
    for content in _unfolded(text):
        property_ = _LINE.fullmatch(content)
        name = property_["name"].upper() if property_ else ""
        if name in {"BEGIN", "END"} and property_ and property_["value"].strip().upper() == "VTIMEZONE":
            in_zone = name == "BEGIN"
        elif property_ and name == "ATTACH" and (file := _file(property_)):
            inner = read(file) if file.content else AttachmentText(unreadable=_DAMAGED)
            lines += [Line(file.filename), *inner.lines]
            reasons.append(inner.unreadable)
        elif property_ and _parameters(property_).get("FMTTYPE", "").lower() == "text/html":
            inner = read(Attachment("", "text/html; charset=utf-8", _plain(property_["value"]).encode("utf-8", "replace")))
            lines += [Line(name), *inner.lines]
            reasons.append(inner.unreadable)
        elif not (in_zone and name in _OF_ZONE):
            lines += map(Line, _plain(content).split("\n"))
    return AttachmentText(tuple(lines), reasons_of(reasons))


def attendees(text: str) -> tuple[Address, ...]:
    """Return the mailboxes of organizer and attendees of an invitation, each once; what is no mailbox is left out."""
    found: dict[str, Address] = {}
    for content in _unfolded(text):
        property_ = _LINE.fullmatch(content)
        if property_ and property_["name"].upper() in {"ATTENDEE", "ORGANIZER"} and (address := _mailbox(property_["value"])):
            found.setdefault(address.key, address)
        if len(found) >= _MOST_ATTENDEES:
            break
    return tuple(found.values())


def _unfolded(text: str) -> Iterator[str]:
    """Yield the content lines; those of vCalendar and vCard 2.1 may be quoted-printable, which goes on behind a soft line break."""
    lines = iter(_FOLD.sub("", text).split("\n"))
    for content in lines:
        if not _QUOTED.match(content):
            yield content
            continue
        parts = [content]
        while parts[-1].endswith("=") and (more := next(lines, None)) is not None:
            parts.append(more)
        head, _, value = "\n".join(parts).partition(":")
        yield f"{head}:{_decoded(value)}"


def _decoded(value: str) -> str:
    decoded = charset.decode(binascii.a2b_qp(value.encode("utf-8", "replace")))
    return _BREAK.sub("\\\\n", decoded)


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _parameters(property_: "re.Match[str]") -> dict[str, str]:
    return {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(property_["parameters"])}


def _file(property_: "re.Match[str]") -> Attachment | None:
    """Return the file that a property holds, empty where it is damaged; None where it only names one."""
    parameters = _parameters(property_)
    if parameters.get("ENCODING", "").upper() != "BASE64" and parameters.get("VALUE", "").upper() != "BINARY":
        return None
    filename = next((value for key in ("FILENAME", "X-FILENAME", "X-APPLE-FILENAME") if (value := parameters.get(key))), "")
    try:
        content = base64.b64decode("".join(property_["value"].split()), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return Attachment(filename, parameters.get("FMTTYPE", "application/octet-stream").lower(), content)


def _mailbox(value: str) -> Address | None:
    scheme, _, address = value.strip().partition(":")
    try:
        return parse_address(address) if scheme.lower() == "mailto" else None
    except AddressError:
        return None
