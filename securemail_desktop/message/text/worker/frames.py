"""Frames that the program and a process of its own send each other over pipes: 8 octets of length and the content."""

from struct import Struct
from typing import IO

_LENGTH = Struct(">Q")


class WireBroken(Exception):
    """The other side is gone, or what came is no frame or no answer."""


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Send a frame; raise `OSError` when nobody listens. The caller flushes."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)


def read_frame(stream: IO[bytes], largest: int) -> bytes:
    """Return the next frame; raise `WireBroken` at the end, and when it has more octets than `largest`."""
    head = stream.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else largest + 1
    if length > largest:
        raise WireBroken
    content = stream.read(length)
    if len(content) != length:
        raise WireBroken
    return content
