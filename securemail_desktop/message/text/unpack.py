"""Unpacks streams of strangers' files (DEFLATE, bzip2, LZMA) in small pieces, and never more than is asked for, whatever they say of their size."""

import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from io import SEEK_CUR, BytesIO
from lzma import LZMAError
from tarfile import TarError
from typing import Protocol
from zipfile import BadZipFile

_MOST_STREAMS = 10_000
_PIECE = 4096  # octets of bzip2 and LZMA that may unpack to many thousand times as many, at once
_DAMAGED = "It is damaged and could not be read."
_UNKNOWN = "It is packed in a way that is not known, so it could not be read."
_TOO_MUCH = "It unpacks to more than is read."
_MEMORY = "Unpacking it takes too much memory."
DAMAGE = (BadZipFile, TarError, zlib.error, LZMAError, struct.error, ValueError, RuntimeError, OSError, EOFError, IndexError, OverflowError)


class Stream(Protocol):
    """Something that unpacks as it is read."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many octets, none at the end."""
        ...

    def close(self) -> None:
        """Give it up."""
        ...


class Unpackable(Exception):
    """Why something could not be unpacked: one sentence. `Damaged` | `TooMuch` | packed in a way that is not known."""


class Damaged(Unpackable):
    """It is not what its format says."""


class TooMuch(Unpackable):
    """It unpacks to more than was asked for."""


class Inflated:
    """A stream of DEFLATE without a header (RFC 1951)."""

    def __init__(self, content: bytes) -> None:
        """Unpack nothing yet."""
        self._packed, self._inflate = BytesIO(content), zlib.decompressobj(-zlib.MAX_WBITS)

    def read(self, size: int, /) -> bytes:
        """Return at most so many octets, none at the end; raise `zlib.error`, `EOFError`."""
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed.read(_PIECE)
            if piece := self._inflate.decompress(packed, size):
                return piece
            if not packed:
                raise EOFError
        return b""

    def close(self) -> None:
        """Give it up."""


class Decompressor(Protocol):
    """What `bz2` and `lzma` have in common."""

    @property
    def eof(self) -> bool:
        """Return whether the stream has ended."""
        ...

    @property
    def needs_input(self) -> bool:
        """Return whether nothing more comes without more octets."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Return what was given to it behind the end."""
        ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return at most so many octets of what is unpacked so far."""
        ...


class Chained:
    """Compressed streams behind one another, as the file formats allow; what lies behind one and is none is damage, and never passed over."""

    def __init__(self, packed: BytesIO, begin: Callable[[], Decompressor]) -> None:
        """Unpack nothing yet."""
        self._packed, self._begin, self._now, self._streams = packed, begin, begin(), 1

    def read(self, size: int, /) -> bytes:
        """Return at most so many octets, none at the end; raise `EOFError`, `OSError`, `LZMAError`."""
        while not self._now.eof or self._goes_on():
            packed = self._packed.read(_PIECE) if self._now.needs_input else b""
            if piece := self._now.decompress(packed, size):
                return piece
            if not packed and self._now.needs_input and not self._now.eof:
                raise EOFError
        return b""

    def _goes_on(self) -> bool:
        """Begin the next stream; return False where only padding is left."""
        self._packed.seek(-len(self._now.unused_data), SEEK_CUR)
        rest = b""
        while not rest and (piece := self._packed.read(_PIECE)):
            rest = piece.lstrip(b"\0")
        if not rest:
            return False
        self._packed.seek(-len(rest), SEEK_CUR)
        self._now, self._streams = self._begin(), self._streams + 1
        if self._streams > _MOST_STREAMS:
            raise OSError
        return True

    def close(self) -> None:
        """Give it up."""


def unpacked(opened: Callable[[], Stream], most: int) -> bytes:
    """Return all that a stream unpacks to, at most `most` octets; raise `Unpackable`."""
    try:
        with closing(opened()) as stream:
            return _whole(stream, most)
    except NotImplementedError as error:
        raise Unpackable(_UNKNOWN) from error
    except DAMAGE as error:
        raise Damaged(_DAMAGED) from error
    except MemoryError as error:  # a dictionary of gigabytes: one large piece that was refused, so there is memory to go on
        raise Unpackable(_MEMORY) from error


def _whole(stream: Stream, most: int) -> bytes:
    pieces: list[bytes] = []
    while piece := stream.read(_PIECE):
        most -= len(piece)
        if most < 0:
            raise TooMuch(_TOO_MUCH)
        pieces.append(piece)
    return b"".join(pieces)
