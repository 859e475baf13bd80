"""A ZIP file (PKWARE APPNOTE) that is a document: its parts within bounds, whatever its own directory says of their size."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from securemail_desktop.message.text.reading import LOCKED_FILE

LARGEST_PART = 64 * 1024 * 1024  # octets, unpacked
_LARGEST = 256 * 1024 * 1024  # octets, all parts together
_MOST_PARTS = 10_000
_ENCRYPTED = 0x1


class PackageBroken(Exception):
    """Why a package, or a part of it, could not be read: one sentence."""


class Package:
    """The parts of a package in the order of its directory; a name that is there twice is two parts."""

    def __init__(self, content: bytes) -> None:
        """Read the directory; raise `PackageBroken`."""
        try:
            self._zip = ZipFile(BytesIO(content))
        except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError, IndexError) as error:
            raise PackageBroken("It is a damaged archive, so it could not be read.") from error
        self.parts = [part for part in self._zip.infolist() if not part.is_dir()]
        self._left = _LARGEST
        if len(self.parts) > _MOST_PARTS:
            raise PackageBroken(f"It has more than {_MOST_PARTS:,} parts, so it is not read.")
        if any(part.flag_bits & _ENCRYPTED for part in self.parts):
            raise PackageBroken(LOCKED_FILE)

    def names(self) -> Iterator[str]:
        """Yield the names of the parts."""
        return (part.filename for part in self.parts)

    def read(self, part: ZipInfo) -> bytes:
        """Return a part; raise `PackageBroken`."""
        most = min(LARGEST_PART, self._left)
        try:
            with self._zip.open(part) as stream:
                content = stream.read(most + 1)
        except (BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise PackageBroken("A part of it is damaged and could not be read.") from error
        if len(content) > most:
            raise PackageBroken("It unpacks to more than is read.")
        self._left -= len(content)
        return content
