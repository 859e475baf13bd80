"""Calendars and cards as text (RFC 5545, 6350): unfolded lines, escapes undone, files that lie inside read as files.

An invitation sent by mail is such a calendar (iMIP, RFC 6047). What only describes a time zone is no text.
"""

import base64
import binascii
from collections.abc import Callable

from securemail_desktop.message.address import Address
from securemail_desktop.message.content_line import ContentLine, plain, read_line, unfolded
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import AttachmentText, reasons_of

_OF_ZONE = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO", "TZID", "LAST-MODIFIED"})
_DAMAGED = "A file inside the calendar is damaged."
_MOST_ATTENDEES = 10_000

Reader = Callable[[Attachment], AttachmentText]


def calendar_text(text: str, read: Reader) -> AttachmentText:
    """Return the text of a calendar whose lines end in line feeds; `read` reads a file inside it. Never fails, in linear time."""
    lines: list[Line] = []
    reasons: list[str] = []
    in_zone = False
    for content in unfolded(text):
        property_ = read_line(content)
        name = property_.name if property_ else ""
        if name in {"BEGIN", "END"} and property_ and property_.value.strip().upper() == "VTIMEZONE":
            in_zone = name == "BEGIN"
        elif property_ and name == "ATTACH" and (file := _file(property_)):
            inner = read(file) if file.content else AttachmentText(unreadable=_DAMAGED)
            lines += [Line(file.filename), *inner.lines]
            reasons.append(inner.unreadable)
        elif property_ and property_.parameters.get("FMTTYPE", "").lower() == "text/html":
            inner = read(Attachment("", "text/html; charset=utf-8", property_.text.encode("utf-8", "replace")))
            lines += [Line(name), *inner.lines]
            reasons.append(inner.unreadable)
        elif not (in_zone and name in _OF_ZONE):
            lines += map(Line, plain(content).split("\n"))
    return AttachmentText(tuple(lines), reasons_of(reasons))


def attendees(text: str) -> tuple[Address, ...]:
    """Return the mailboxes of organizer and attendees of an invitation, each once; what is no mailbox is left out."""
    found: dict[str, Address] = {}
    for content in unfolded(text):
        property_ = read_line(content)
        if property_ and property_.name in {"ATTENDEE", "ORGANIZER"} and (address := property_.mailbox):
            found.setdefault(address.key, address)
        if len(found) >= _MOST_ATTENDEES:
            break
    return tuple(found.values())


def _file(property_: ContentLine) -> Attachment | None:
    """Return the file that a property holds, empty where it is damaged; None where it only names one."""
    parameters = property_.parameters
    if parameters.get("ENCODING", "").upper() != "BASE64" and parameters.get("VALUE", "").upper() != "BINARY":
        return None
    filename = next((value for key in ("FILENAME", "X-FILENAME", "X-APPLE-FILENAME") if (value := parameters.get(key))), "")
    try:
        content = base64.b64decode("".join(property_.value.split()), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return Attachment(filename, parameters.get("FMTTYPE", "application/octet-stream").lower(), content)
