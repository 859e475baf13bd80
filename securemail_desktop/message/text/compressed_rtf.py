"""RTF as Outlook keeps the text of messages ([MS-OXRTFCP]): references into the last 4,096 octets, which begin with what every RTF has."""

from struct import error as BadStruct  # noqa: N812 - an exception, whatever its letters
from struct import unpack_from

from securemail_desktop.message.text.unpack import Damaged, TooMuch

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_HEADER = 16
_WINDOW = 4096
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def rtf_of(content: bytes, most: int) -> bytes:
    """Return the RTF, at most `most` octets; raise `Damaged` or `TooMuch`. The checksum and the sizes that it states do not count."""
    try:
        kind = unpack_from("<I", content, 8)[0]
    except BadStruct as error:
        raise Damaged("It is damaged and could not be read.") from error
    if kind == _PLAIN:
        return content[_HEADER:]
    if kind != _COMPRESSED:
        raise Damaged("It is damaged and could not be read.")
    return _unpacked(content, most)


def _unpacked(content: bytes, most: int) -> bytes:
    """Return all runs: after an octet of eight flags, an octet as it is or, where the flag is set, two octets that refer back."""
    out = bytearray(_START)
    position = _HEADER
    while position < len(content):
        flags, position = content[position], position + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += content[position : position + 1]
                position += 1
            elif _copy(content[position : position + 2], out):
                position += 2
            else:
                return bytes(out[len(_START) :])
        if len(out) > most + len(_START):
            raise TooMuch("It unpacks to more than is read.")
    return bytes(out[len(_START) :])


def _copy(reference: bytes, out: bytearray) -> bool:
    """Copy what a reference names, which may reach into what it writes; return False for the one that marks the end."""
    offset, length = int.from_bytes(reference, "big") >> 4, (reference[-1:] or b"\0")[0] & 0xF
    back = (len(out) - offset) % _WINDOW
    if len(reference) < 2 or not back:
        return False
    for _ in range(length + 2):
        out.append(out[-back] if back <= len(out) else 0x20)
    return True
