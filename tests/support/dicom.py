"""Small DICOM files for tests (PS3.5, PS3.10)."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

EXPLICIT, IMPLICIT, BIG, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
UNDEFINED = 0xFFFFFFFF
_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
Value = "str | bytes | Sequence[Sequence[Element]]"


@dataclass(frozen=True)
class Element:
    """A tag, its type, and its value: text, octets or items; `open_ended` when its end is marked instead of its length told."""

    tag: int
    kind: str
    value: "str | bytes | Sequence[Sequence[Element]]"
    open_ended: bool = False


def dicom(*elements: Element, syntax: str = EXPLICIT, codec: str = "latin-1", preamble: bytes = bytes(128)) -> bytes:
    """Return a file of these elements in a transfer syntax."""
    meta = _written(Element(0x00020010, "UI", syntax), EXPLICIT, "ascii")
    head = _written(Element(0x00020000, "UL", struct.pack("<L", len(meta))), EXPLICIT, "ascii")
    data = written(elements, syntax, codec)
    if syntax == DEFLATED:
        packer = zlib.compressobj(wbits=-15)
        data = packer.compress(data) + packer.flush()
    return preamble + b"DICM" + head + meta + data


def written(elements: Sequence[Element], syntax: str = EXPLICIT, codec: str = "latin-1") -> bytes:
    """Return the elements alone."""
    return b"".join(_written(element, syntax, codec) for element in elements)


def _written(element: Element, syntax: str, codec: str) -> bytes:
    order = ">" if syntax == BIG else "<"
    value = element.value
    if isinstance(value, str):
        octets = value.encode(codec)
        octets += b" " * (len(octets) % 2)
    elif isinstance(value, bytes):
        octets = value
    else:
        octets = b"".join(_item(written(item, syntax, codec), order, open_ended=element.open_ended) for item in value)
    length = UNDEFINED if element.open_ended else len(octets)
    end = struct.pack(f"{order}HHL", 0xFFFE, 0xE0DD, 0) if element.open_ended else b""
    tag = struct.pack(f"{order}HH", element.tag >> 16, element.tag & 0xFFFF)
    if syntax == IMPLICIT:
        return tag + struct.pack("<L", length) + octets + end
    if element.kind in _LONG:
        return tag + element.kind.encode() + struct.pack(f"{order}HL", 0, length) + octets + end
    return tag + element.kind.encode() + struct.pack(f"{order}H", length) + octets + end


def _item(octets: bytes, order: str, *, open_ended: bool) -> bytes:
    start = struct.pack(f"{order}HHL", 0xFFFE, 0xE000, UNDEFINED if open_ended else len(octets))
    return start + octets + (struct.pack(f"{order}HHL", 0xFFFE, 0xE00D, 0) if open_ended else b"")
