"""Content transfer encodings (RFC 2045, 6): written so that every relay and signature survives, read so that no text is lost.

What is written is 7-bit with short lines, no blanks at line ends and no line that begins with "From " or is a single dot (RFC 3156, 3; RFC 2049, 3).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

MAX_LINE = 998  # RFC 5322, 2.1.1

_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64_ALPHABET))
_BLANKS = b" \t\r\n"
_BETWEEN_PADDING = re.compile(rb"[^=]+")
_LITERAL = {byte: chr(byte) for byte in (9, *range(32, 127)) if byte != ord("=")}
_QUOTED = [_LITERAL.get(byte, f"={byte:02X}") for byte in range(256)]
_UNSAFE_7BIT = re.compile(rb"[^\t\r\n -~]|[ \t]\r\n|^From |^\.\r\n|^[^\n]{78}", re.MULTILINE)
_QP_LINE = 73  # characters before the "=" of a soft line break, two short of the limit for a first character that is quoted late
_LINE_OCTETS = 57  # of a line of 76 characters
_BASE64_BLOCK = _LINE_OCTETS * 1024
_FOREIGN = tuple(bytes([byte]) for byte in range(128, 256))


def decode(body: bytes, encoding: str) -> bytes:
    """Return the octets that `body` stands for; an encoding that is unknown or plainly not in use leaves them as they are."""
    name = encoding.strip().lower().partition(" ")[0]
    if name == "base64":
        return _decode_base64(body)
    if name == "quoted-printable":
        return binascii.a2b_qp(re.sub(rb"\r(?!\n)", b"\n", body))  # a2b_qp drops what follows a soft break of a lone CR
    return body


def is_7bit(data: bytes) -> bool:
    """Return whether the octets pass as 7bit: ASCII without NUL, lines of at most 998 octets that end in CRLF."""
    return has_whole_lines(data) and data.isascii() and b"\x00" not in data and not _has_long_line(data)


def has_whole_lines(data: bytes) -> bool:
    """Return whether every CR and LF is part of a CRLF."""
    return data.count(b"\r") == data.count(b"\r\n") == data.count(b"\n")


def _has_long_line(data: bytes) -> bool:
    position = 0
    while len(data) - position > MAX_LINE:  # from the last line end that is near enough to the next one
        position = data.rfind(b"\r\n", position, position + MAX_LINE + 2) + 2
        if position == 1:
            return True
    return False


def encode_text(data: bytes) -> tuple[str, bytes]:
    """Return the name of the best encoding for text whose lines end in CRLF, and the encoded octets, which end in CRLF if the text does."""
    if not _UNSAFE_7BIT.search(data):
        return "7bit", data
    foreign = sum(map(data.count, _FOREIGN))
    return ("quoted-printable", _quoted_printable(data)) if 5 * foreign <= len(data) else encode_base64(data)


def encode_base64(data: bytes) -> tuple[str, bytes]:
    """Return ("base64", lines of 76 characters, each ended by CRLF)."""
    return "base64", wrapped_base64(data)


def wrapped_base64(data: bytes) -> bytes:
    """Return base64 in lines of 76 characters, each ended by CRLF."""
    return b"".join(base64_lines([data]))


def base64_lines(parts: Iterable[bytes | bytearray]) -> Iterator[bytes]:
    """Yield the base64 of all parts together, many lines at a time, each of 76 characters and ended by CRLF but for the last."""
    waiting = bytearray()  # in blocks: encodebytes makes one object a line, which takes several times the size of a large file
    for part in parts:
        view = memoryview(part)
        for start in range(0, len(view), _BASE64_BLOCK):
            waiting += view[start : start + _BASE64_BLOCK]
            whole = len(waiting) - len(waiting) % _LINE_OCTETS
            yield base64.encodebytes(waiting[:whole]).replace(b"\n", b"\r\n")
            del waiting[:whole]
    yield base64.encodebytes(waiting).replace(b"\n", b"\r\n")


def _decode_base64(body: bytes) -> bytes:
    foreign = len(body.translate(None, _BASE64_ALPHABET + _BLANKS))
    letters = body.translate(None, _NOT_BASE64)
    if 20 * foreign > len(letters):
        return body
    decoded = bytearray()  # and no list: a hostile body is all padding
    for segment in _BETWEEN_PADDING.finditer(letters):  # text may follow padding; a2b_base64 would drop it
        decoded += _decode_segment(segment[0])
    return bytes(decoded)


def _decode_segment(segment: bytes) -> bytes:
    whole = segment[: len(segment) - (len(segment) % 4 == 1)]  # one lone character holds no octet
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _quoted_printable(data: bytes) -> bytes:
    return "\r\n".join(_quoted_line(line) for line in data.split(b"\r\n")).encode("ascii")


def _quoted_line(line: bytes) -> str:
    text = "".join(_QUOTED[byte] for byte in line)
    if text.endswith((" ", "\t")):
        text = f"{text[:-1]}={ord(text[-1]):02X}"
    return "=\r\n".join(_guarded(piece) for piece in _pieces(text))


def _guarded(piece: str) -> str:
    return f"={ord(piece[0]):02X}{piece[1:]}" if piece == "." or piece.startswith("From ") else piece


def _pieces(text: str) -> list[str]:
    pieces, start = [], 0
    while len(text) - start > _QP_LINE:
        end = start + _QP_LINE
        escape = text.rfind("=", end - 2, end)
        end = escape if escape >= 0 else end
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]
