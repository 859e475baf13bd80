"""MIME entities as exact bytes: split without re-encoding, so that signatures stay true, and built around protected content (RFC 2045, 2046).

An entity is a header block and a body, lines ended by CRLF. Nothing here interprets a message beyond its structure.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from securemail_desktop.message import parameter, transfer
from securemail_desktop.message.entity import MAX_HEADER_OCTETS, field_value

CRLF = b"\r\n"
_UUENCODED = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_FIELD = re.compile(rb"[^\r\n]*(?:\r\n[ \t][^\r\n]*)*")


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity taken apart: `raw` is all of it, `headers` its parsed header block, `body` the bytes after the empty line.

    `content_type` is `type/subtype` in small letters, `text/plain` where there is none; `parameters` are its own. `filename` is empty where the
    entity has none. The standard library reads parameters in quadratic time, so headers are not asked for them.
    """

    raw: bytes
    headers: Message
    body: bytes
    content_type: str
    parameters: Mapping[str, str]
    disposition: str
    filename: str

    @property
    def main_type(self) -> str:
        """Return the type before the slash."""
        return self.content_type.partition("/")[0]

    def parameter(self, name: str) -> str:
        """Return a parameter of Content-Type (RFC 2231 decoded), or an empty text."""
        return self.parameters.get(name, "")

    def content(self) -> bytes:
        """Return the body without its transfer encoding."""
        encoding = str(self.headers.get("Content-Transfer-Encoding", "7bit")).strip()
        if encoding.lower() not in _UUENCODED:
            return transfer.decode(self.body, encoding)
        leaf = Message()
        leaf["Content-Transfer-Encoding"] = encoding
        leaf.set_payload(self.body.decode("ascii", "surrogateescape"))
        decoded = leaf.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else b""


def canonical(source: bytes) -> bytes:
    """Return the bytes with every line ended by CRLF (RFC 8551, 3.1.1)."""
    if source.count(b"\n") == source.count(CRLF):
        return source
    return source.replace(CRLF, b"\n").replace(b"\n", CRLF)


def split_block(source: bytes) -> tuple[bytes, bytes]:
    """Return header block (with its last CRLF, without the empty line) and body."""
    if source.startswith(CRLF):
        return b"", source[2:]
    block, separator, body = source.partition(CRLF + CRLF)
    return (block + CRLF, body) if separator else (source, b"")


def parse_entity(source: bytes) -> Entity:
    """Take an entity apart; any bytes give some entity."""
    raw = canonical(source)
    block, body = split_block(raw)
    headers = BytesHeaderParser(policy=compat32).parsebytes(_readable(block))
    kind, parameters = parameter.parse(_first(headers, "content-type"))
    disposition, more = parameter.parse(_first(headers, "content-disposition"))
    content_type = kind if parameter.TYPE.fullmatch(kind) else "text/plain"
    return Entity(raw, headers, body, content_type, parameters, disposition, more.get("filename") or parameters.get("name", ""))


def _first(headers: Message, name: str) -> str:
    """Return the value of the first field of this name, as the octets had it."""
    value = next((str(value) for key, value in headers.raw_items() if key.lower() == name), "")
    return field_value(value.encode("utf-8", "surrogateescape"))


def _readable(block: bytes) -> bytes:
    """Return the fields of a header that are read: all of them, or the whole lines among as many octets as a message's header may have."""
    return block if len(block) <= MAX_HEADER_OCTETS else block[: block.rfind(CRLF, 0, MAX_HEADER_OCTETS) + 2]


def fields(block: bytes) -> list[bytes]:
    """Return the fields of a header block, each with its folded lines and without its last CRLF."""
    return [field for field in _FIELD.findall(block) if field]


def field_name(field: bytes) -> str:
    """Return a field's name in small letters."""
    return field.partition(b":")[0].strip().decode("ascii", "replace").lower()


def split_multipart(entity: Entity) -> list[bytes]:
    """Return the exact bytes of each part of a multipart entity; empty where the boundary is missing."""
    boundary = entity.parameter("boundary").encode("utf-8", "surrogateescape")
    if not boundary:
        return []
    delimiter = re.compile(rb"(?:\A|\r\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    parts: list[bytes] = []
    start = -1
    for found in delimiter.finditer(entity.body):
        if start >= 0:
            parts.append(entity.body[start : max(start, found.start())])
        start = found.end() + 2
        if found[1]:
            return parts
    return [*parts, entity.body[start:]] if start >= 0 else []


def leaf(headers: Sequence[str], body: bytes) -> bytes:
    """Return an entity of ASCII header lines and a body."""
    return b"".join(["\r\n".join(headers).encode("ascii"), CRLF, CRLF, body])


def multipart(content_type: str, parts: Sequence[bytes]) -> bytes:
    """Return a multipart entity around the parts, whose bytes stay as they are. `content_type` has no boundary yet."""
    return b"".join(multipart_pieces(content_type, [(part,) for part in parts]))


def multipart_pieces(content_type: str, parts: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Return what `multipart` joins, with each part in pieces: it may be large."""
    boundary = secrets.token_hex(20)
    opening = f"Content-Type: {content_type};\r\n boundary={boundary}\r\n\r\n".encode("ascii")
    delimiter = f"--{boundary}".encode("ascii")
    pieces = [piece for part in parts for piece in (delimiter, CRLF, *part, CRLF)]
    return [opening, *pieces, delimiter, b"--", CRLF]
