"""Packets of the milter protocol, version 6, as Sendmail 8.14 made it and Postfix speaks it (MILTER_README): a length, a letter, its data.

Only what a filter that judges whole messages and takes header fields away needs.
"""

import asyncio
import struct
from dataclasses import dataclass
from enum import IntFlag, StrEnum

_LARGEST = 1024 * 1024  # octets; Postfix sends a body in pieces of 65,535
_VERSION = 6
_CHANGE_HEADERS = 0x10  # SMFIF_CHGHDRS


class Command(StrEnum):
    """What a mail server tells the filter."""

    NEGOTIATE = "O"
    MACROS = "D"
    CONNECT = "C"
    HELO = "H"
    MAIL = "M"
    RECIPIENT = "R"
    DATA = "T"
    HEADER = "L"
    END_OF_HEAD = "N"
    BODY = "B"
    END = "E"
    ABORT = "A"
    UNKNOWN = "U"
    NEXT = "K"
    QUIT = "Q"


class Steps(IntFlag):
    """Steps that the filter does not want (NO_*), or that it does not answer (SILENT_*)."""

    NO_HELO = 0x2
    NO_UNKNOWN = 0x100
    NO_DATA = 0x200
    SILENT_HEADER = 0x80
    SILENT_CONNECT = 0x1000
    SILENT_MAIL = 0x4000
    SILENT_RECIPIENT = 0x8000
    SILENT_END_OF_HEAD = 0x40000
    SILENT_BODY = 0x80000


_WANTED = Steps(sum(Steps))
_SILENT = {
    Command.HEADER: Steps.SILENT_HEADER,
    Command.CONNECT: Steps.SILENT_CONNECT,
    Command.MAIL: Steps.SILENT_MAIL,
    Command.RECIPIENT: Steps.SILENT_RECIPIENT,
    Command.END_OF_HEAD: Steps.SILENT_END_OF_HEAD,
    Command.BODY: Steps.SILENT_BODY,
}
CONTINUE = b"\0\0\0\1c"
TRY_LATER = b"\0\0\0\1t"


class NotMilter(Exception):
    """What came is not this protocol, or more than anybody sends."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet that came."""

    command: Command
    data: bytes

    def texts(self) -> list[str]:
        """Return the strings of its data; octets that are no UTF-8 stay recognisable."""
        return [piece.decode("utf-8", "surrogateescape") for piece in self.data.removesuffix(b"\0").split(b"\0")]


async def read(reader: asyncio.StreamReader) -> Packet | None:
    """Return the next packet, None where the server has closed the connection; raise `NotMilter`."""
    try:
        (length,) = struct.unpack("!I", await reader.readexactly(4))
        if not 1 <= length <= _LARGEST:
            raise NotMilter(f"a packet of {length} octets")
        content = await reader.readexactly(length)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise NotMilter("half a packet") from error
        return None
    try:
        return Packet(Command(content[:1].decode("latin-1")), content[1:])
    except ValueError as error:
        raise NotMilter("an unknown command") from error


def answer_offer(data: bytes) -> tuple[bytes, frozenset[Command]]:
    """Return the answer to an offer and the commands that are not answered from then on; raise `NotMilter`."""
    if len(data) < 12:
        raise NotMilter("an offer that is too short")
    version, actions, steps = struct.unpack("!III", data[:12])
    if version < _VERSION or not actions & _CHANGE_HEADERS:
        raise NotMilter("a server that is too old, or does not let header fields be taken away")
    agreed = Steps(steps & _WANTED)
    silent = frozenset(command for command, step in _SILENT.items() if step in agreed)
    return _packet("O", struct.pack("!III", _VERSION, _CHANGE_HEADERS, agreed)), silent


def refusal(code: str, enhanced: str, text: str) -> bytes:
    """Return the packet that refuses the message with an SMTP reply; a per cent sign would be read as a format."""
    return _packet("y", f"{code} {enhanced} {text}".replace("%", "%%").encode("ascii", "replace") + b"\0")


def without_field(name: str, number: int) -> bytes:
    """Return the packet that takes the header field of this name and number (from 1) away."""
    return _packet("m", struct.pack("!I", number) + name.encode("ascii") + b"\0\0")


def _packet(letter: str, data: bytes) -> bytes:
    return struct.pack("!I", len(data) + 1) + letter.encode("ascii") + data
