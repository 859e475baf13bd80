"""Encoded words: text beyond ASCII in header fields (RFC 2047).

Written in UTF-8, base64 or Q, whichever is shorter, each word 75 characters at most and whole characters only. Read leniently: adjacent words of
one charset are joined before they are decoded, because senders split characters between them; what cannot be decoded stays as it is.
"""

import base64
import binascii
import re
import string

from securemail_desktop.message.charset import decode as decode_charset

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*)\?=")
_RUN = re.compile(rf"{WORD.pattern}(?:[ \t\r\n]*{WORD.pattern})*".replace("(", "(?:").replace("(?:?:", "(?:"))
_BREAK = re.compile(r"[\r\n\x00]+")
_PREFIX = "=?utf-8?{}?"
_FRAME = len("=?utf-8?b??=")
# RFC 2047, 5 (3): what may stand in a phrase; the narrowest set serves everywhere.
_Q_SAFE = frozenset((string.ascii_letters + string.digits + "!*+-/").encode())


def encode(text: str, limit: int = 75) -> list[str]:
    """Return the encoded words that stand for `text`, each of at most `limit` (40 to 75) characters, to be joined by a space or a fold."""
    data = text.encode()
    plain = sum(byte in _Q_SAFE or byte == 0x20 for byte in data)
    quoted = plain + 3 * (len(data) - plain) <= 4 * len(data) // 3
    return [_word(chunk, quoted) for chunk in _chunks(text, quoted, max(limit, 40) - _FRAME)]


def decode(text: str) -> str:
    """Return `text` with its encoded words decoded; a line break or NUL that one of them hides becomes a space."""
    return _RUN.sub(lambda run: _BREAK.sub(" ", _decode_run(run[0])), text)


def _word(chunk: str, quoted: bool) -> str:
    if quoted:
        return _PREFIX.format("q") + "".join(_q(byte) for byte in chunk.encode()) + "?="
    return _PREFIX.format("b") + base64.b64encode(chunk.encode()).decode("ascii") + "?="


def _q(byte: int) -> str:
    return chr(byte) if byte in _Q_SAFE else "_" if byte == 0x20 else f"={byte:02X}"


def _chunks(text: str, quoted: bool, room: int) -> list[str]:
    chunks = [""]
    room = room if quoted else room // 4 * 3
    used = 0
    for character in text:
        size = sum(len(_q(byte)) for byte in character.encode()) if quoted else len(character.encode())
        if used + size > room:
            chunks.append("")
            used = 0
        chunks[-1] += character
        used += size
    return chunks


def _decode_run(run: str) -> str:
    pieces: list[tuple[str, bytes]] = []
    for charset, encoding, payload in WORD.findall(run):
        data = _payload(payload, encoding)
        if data is None:
            return run
        label = charset.partition("*")[0]  # RFC 2231, 5: a language may follow
        if pieces and pieces[-1][0] == label.lower():
            data = pieces.pop()[1] + data
        pieces.append((label.lower(), data))
    return "".join(decode_charset(data, label) for label, data in pieces)


def _payload(payload: str, encoding: str) -> bytes | None:
    if not payload.isascii():
        return None
    if encoding in "qQ":
        return binascii.a2b_qp(payload.encode(), header=True)
    try:
        return base64.b64decode(payload.rstrip("=") + "=" * (-len(payload.rstrip("=")) % 4), validate=True)
    except binascii.Error:
        return None
