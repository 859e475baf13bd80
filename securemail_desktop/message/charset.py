"""Bytes of mail to text by their declared charset, without ever losing any (RFC 2046, 4.1.2; WHATWG Encoding, labels).

A declared charset is a claim. Where it is unknown, unsafe or contradicted by the bytes, UTF-8 is tried, then windows-1252 with Latin-1 in its
five holes, which maps every byte. Labels stand for their common superset, as in browsers: mail that says `gb2312` is GB 18030.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LABELS = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
}
_SUPERSETS = {
    "ascii": "utf-8",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# Codecs of Python that are no charset of mail, or take more than linear time.
_NOT_CHARSETS = frozenset({"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_LEAST = 12  # octets from which NULs are a pattern and not a few NULs
_HIGH = re.compile(rb"[\x80-\xff]")
_LEAST_FOREIGN = 6  # letters of a line
_WESTERN = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


def decode(data: bytes, charset: str = "") -> str:
    """Return the text of `data`, whose declared charset is `charset` or empty; linear, never fails, never drops a byte."""
    for codec in (_codec(charset, data), "utf-8"):
        if codec and (text := _attempt(data, codec)) is not None:
            return text
    return codecs.charmap_decode(data, "strict", _WESTERN)[0]


def is_foreign(data: bytes, text: str) -> bool:
    """Say whether the bytes, which were decoded to `text`, are of a charset that nobody named: a line of letters that are none of English.

    Mainframes (EBCDIC) and systems of other alphabets write such files; what stands for their letters is noise.
    """
    if _attempt(data, "utf-8") is not None or text != codecs.charmap_decode(data, "strict", _WESTERN)[0]:
        return False
    return any(len(high) >= _LEAST_FOREIGN and 4 * len(high) > len(line) for line in data.split(b"\n") if (high := _HIGH.findall(line)))


def decode_file(data: bytes, charset: str = "") -> str:
    """Return the text of a file's bytes: a byte-order mark wins over the declared charset and is left out; so do the NULs of unmarked UTF-16."""
    for bom, codec in _BOMS:
        if data.startswith(bom) and (text := _attempt(data[len(bom) :], codec)) is not None:
            return text
    return decode(data, _unmarked_utf16(data) or charset)


def _unmarked_utf16(data: bytes) -> str:
    """Return the codec of text whose every other octet is mostly NUL: UTF-16 that some Windows programs write without a mark."""
    head = data[:4_000]
    low, high = head[1::2].count(0), head[::2].count(0)
    if len(head) < _LEAST or max(low, high) * 5 < len(head):
        return ""
    return "utf-16-le" if low > high else "utf-16-be"


def _codec(charset: str, data: bytes) -> str:
    label = charset.strip().strip("'\"").lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return ""
    if name == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-be"  # RFC 2781, 4.3; Python would take the machine's own order
    return "" if name in _NOT_CHARSETS else _SUPERSETS.get(name, name)


def _attempt(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        if codec == "utf-7":  # Python lets half a character through, which nobody can write again
            text.encode()
    except (UnicodeError, LookupError):
        return None
    return text
