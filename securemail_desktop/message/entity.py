"""A MIME entity taken apart: header fields, body octets, parts (RFC 5322, 2.2; RFC 2046, 5.1).

Octets stay exactly as they came, so that signatures can be checked over them. Lines may end in CRLF or LF. Everything is bounded: what is
beyond a bound is refused as a whole and never cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from securemail_desktop.message import charset, parameter, transfer
from securemail_desktop.message.errors import ParseError

MAX_OCTETS = 256 * 1024 * 1024
MAX_HEADER_OCTETS = 1024 * 1024  # ten thousand people with long names
MAX_FIELDS = 2_000
MAX_DEPTH = 30
MAX_PARTS = 1_000

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]")
_CONTROL = re.compile(r"[\r\n\x00]+")
_LINE_END = re.compile(rb"(?:--)?[ \t]*(?:\r?\n|\Z)")

Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entity:
    """One node of a message. `body` is transfer-encoded as it came; `parts` is empty for a leaf.

    `type` is in lower case; `parameters` are those of Content-Type, decoded, names in lower case.
    """

    fields: tuple[Field, ...]
    body: bytes
    type: str
    parameters: dict[str, str]
    parts: tuple["Entity", ...] = ()

    def field(self, name: str) -> str:
        """Return the value of the first field of this name, unfolded but not decoded; empty where there is none."""
        return next((value for key, value in self.fields if key.lower() == name), "")

    @property
    def content(self) -> bytes:
        """Return the body with its transfer encoding undone."""
        return transfer.decode(self.body, self.field("content-transfer-encoding"))


def split_entity(source: bytes) -> tuple[tuple[Field, ...], bytes]:
    """Return the header fields, unfolded and in order, and the body's octets exactly; raise `ParseError` beyond the bounds.

    Values are text but not decoded from encoded words. A line that is no field ends the header: the body begins with it.
    """
    position, fields = 0, list[Field]()
    while position < len(source):
        end = _field_end(source, position)
        if end > MAX_HEADER_OCTETS or len(fields) > MAX_FIELDS:
            raise ParseError("The header of the message is too large.")
        match = _FIELD.fullmatch(source, position, end)
        if not match:
            blank = 2 if source.startswith(b"\r\n", position) else 1 if source.startswith(b"\n", position) else 0
            return tuple(fields), source[position + blank :]
        fields.append((match[1].decode("ascii"), field_value(match[2])))
        position = end
    return tuple(fields), b""


def read_entity(source: bytes) -> Entity:
    """Return the whole tree of a message; raise `ParseError` beyond the bounds."""
    if len(source) > MAX_OCTETS:
        raise ParseError("The message is too large.")
    if source.startswith((b"From ", b">From ")):  # the separator line of an mbox
        source = source[source.find(b"\n") + 1 :]
    return _entity(source, "text/plain", 0, count())


def _field_end(source: bytes, position: int) -> int:
    while True:
        position = source.find(b"\n", position) + 1
        if not position:
            return len(source)
        if source[position : position + 1] not in {b" ", b"\t"}:
            return position


def field_value(octets: bytes) -> str:
    """Return the value of a header field as text: unfolded, 8-bit octets decoded, without line breaks and NULs."""
    return _CONTROL.sub(" ", _FOLD.sub(" ", charset.decode(octets.rstrip(b"\r\n")))).strip(" \t")


def _entity(source: bytes, default_type: str, depth: int, counter: "count[int]") -> Entity:
    if depth > MAX_DEPTH or next(counter) > MAX_PARTS:
        raise ParseError("The message has too many parts or nests them too deeply.")
    fields, body = split_entity(source)
    leaf = Entity(fields, body, *_type(fields, default_type))
    if not leaf.type.startswith("multipart/"):
        return leaf
    child_type = "message/rfc822" if leaf.type == "multipart/digest" else "text/plain"
    sources = list(_parts(leaf.content, leaf.parameters.get("boundary", "")))
    if not sources:  # RFC 2045, 5.2: what is not valid is read as plain text
        return Entity(fields, body, "text/plain", {})
    parts = tuple(_entity(part, child_type, depth + 1, counter) for part in sources)
    return Entity(fields, body, leaf.type, leaf.parameters, parts)


def _type(fields: tuple[Field, ...], default: str) -> tuple[str, dict[str, str]]:
    value = next((value for name, value in fields if name.lower() == "content-type"), default)
    main, parameters = parameter.parse(value)
    return (main if parameter.TYPE.fullmatch(main) else "text/plain"), parameters


def _parts(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts between the delimiter lines; the last one may lack its end. Preamble and epilogue are no content."""
    begin = -1
    for start, end, closing in _delimiters(body, b"--" + boundary.encode()):
        if begin >= 0:
            yield body[begin : max(begin, start)]
        begin = end
        if closing:
            return
    if begin >= 0:
        yield body[begin:]


def _delimiters(body: bytes, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield (end of the part before, start of the part after, is it the last) for each delimiter line."""
    position = body.find(delimiter) if len(delimiter) > 2 else -1
    while position >= 0:
        after = position + len(delimiter)
        line_end = _LINE_END.match(body, after)
        if line_end and (position == 0 or body[position - 1 : position] == b"\n"):
            before = position - (2 if body[position - 2 : position] == b"\r\n" else 1)
            yield before, line_end.end(), body.startswith(b"--", after)
        position = body.find(delimiter, after)
