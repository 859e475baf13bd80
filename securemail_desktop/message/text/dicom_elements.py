"""The elements of a DICOM file (PS3.5, 7; PS3.10, 7) as a flat run: a sequence and its items only frame what lies in them, so nothing nests here.

Whether an element says its type is seen in each one: the file's own word for it is wrong for what devices copied without knowing it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.unpack import Inflated

PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_PREAMBLE, _MARK = 128, b"DICM"
_BARE = re.compile(rb"\x02\0\0\0UL\x04\0|\x08\0(?:\0\0(?:UL\x04\0|\x04\0\0\0)|\x05\0(?:CS..|..\0\0)ISO_IR)", re.DOTALL)
_SHORT = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_ITEM, _SEQUENCE_END, _FRAMES = 0xFFFEE000, 0xFFFEE0DD, frozenset({0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD})
_META, _SYNTAX = 0x0002, 0x00020010
_IMPLICIT, _BIG, _DEFLATED = b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99"
_UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Element:
    """A tag (group and number as one), its type or empty where the file does not say, and its value; `whole` when the file has all of it.

    The value of pixels is left out.
    """

    tag: int
    kind: bytes
    value: bytes
    whole: bool = True


def is_dicom(content: bytes) -> bool:
    """Say whether a file is one of DICOM, with the preamble or, as older ones, without."""
    return content[_PREAMBLE : _PREAMBLE + 4] == _MARK or bool(_BARE.match(content))


def is_nothing_else(content: bytes) -> bool:
    """Say whether a file of DICOM has an empty preamble: the beginning of something else may stand in it (PS3.10, 7.1)."""
    return bool(_BARE.match(content)) or not content[:_PREAMBLE].strip(b"\0")


def elements(content: bytes, budget: Budget) -> Iterator[Element]:
    """Yield the elements of a file in their order; raise `Unpackable` where the rest is deflated and damaged."""
    start = _PREAMBLE + 4 if content[_PREAMBLE : _PREAMBLE + 4] == _MARK else 0
    syntax = b""
    for element, end in _Walk(content, start, "<", implicit=False):
        if element.tag >> 16 != _META:
            break
        start = end
        syntax = element.value.rstrip(b"\0 ") if element.tag == _SYNTAX else syntax
        yield element
    if syntax == _DEFLATED:
        content, start = budget.unpack(lambda: Inflated(content[start:])), 0
    for element, _ in _Walk(content, start, ">" if syntax == _BIG else "<", implicit=syntax == _IMPLICIT):
        yield element


class _Walk:
    """Iterates over elements, each with the place behind it."""

    def __init__(self, content: bytes, start: int, order: str, *, implicit: bool) -> None:
        self._content, self._position = content, start
        self._tag, self._short, self._long = Struct(f"{order}HH"), Struct(f"{order}H"), Struct(f"{order}L")
        self._implicit = implicit and content[start + 4 : start + 6] not in _SHORT | _LONG

    def __iter__(self) -> Iterator[tuple[Element, int]]:
        content, fragments = self._content, False
        while self._position + 8 <= len(content):
            group, number = self._tag.unpack_from(content, self._position)
            tag = group << 16 | number
            kind, start, length = self._header()
            if tag in _FRAMES:
                skipped = length if fragments and tag == _ITEM else 0
                fragments = fragments and tag != _SEQUENCE_END
                self._position += 8 + skipped
            elif length == _UNDEFINED and tag in PIXELS:
                fragments, self._position = True, start
                yield Element(tag, kind, b""), start
            elif length == _UNDEFINED or kind == b"SQ" or self._is_item(start, kind):
                self._position = start
            else:
                self._position = end = start + length
                yield Element(tag, kind, b"" if tag in PIXELS else content[start:end], end <= len(content)), end

    def _header(self) -> tuple[bytes, int, int]:
        """Return type, start and length of the value of the element at the position."""
        position = self._position
        kind = self._content[position + 4 : position + 6]
        if not self._implicit and kind in _SHORT:
            return kind, position + 8, self._short.unpack_from(self._content, position + 6)[0]
        if not self._implicit and kind in _LONG and position + 12 <= len(self._content):
            return kind, position + 12, self._long.unpack_from(self._content, position + 8)[0]
        return b"", position + 8, self._long.unpack_from(self._content, position + 4)[0]

    def _is_item(self, start: int, kind: bytes) -> bool:
        """Say whether a value of an unknown type is a sequence."""
        if kind not in {b"", b"UN"} or start + 8 > len(self._content):
            return False
        group, number = self._tag.unpack_from(self._content, start)
        return bool(group << 16 | number == _ITEM)
