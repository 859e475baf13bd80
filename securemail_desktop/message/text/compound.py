"""Files in the Compound File Binary Format ([MS-CFB]): messages of Outlook, which are read, and older Office documents, which are not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import BytesIO

import olefile

from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.unpack import DAMAGE, Damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Path = tuple[str, ...]
_DAMAGED = "It is damaged and could not be read."


class Compound:
    """The streams and storages of such a file by their paths, in the order of its directory."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        """Read the directory; raise `Damaged`."""
        self._budget, self._size = budget, len(content)
        try:
            self._file = olefile.OleFileIO(BytesIO(content))
            if self._file.root.size > len(content):  # as much as would be gathered, whatever is there
                raise Damaged(_DAMAGED)
            self._streams = _by_storage(self._file.listdir())
            self._storages = _by_storage(self._file.listdir(streams=False, storages=True))
        except DAMAGE as error:
            raise Damaged(_DAMAGED) from error

    def streams_in(self, path: Path) -> Sequence[str]:
        """Return the names of the streams in a storage."""
        return self._streams.get(path, ())

    def storages_in(self, path: Path) -> Sequence[str]:
        """Return the names of the storages in a storage."""
        return self._storages.get(path, ())

    def read(self, path: Path) -> bytes:
        """Return the content of a stream; raise `Unpackable`."""
        try:
            size = self._file.get_size(list(path))
        except DAMAGE as error:
            raise Damaged(_DAMAGED) from error
        if size > self._size:
            raise Damaged(_DAMAGED)
        content = self._budget.unpack(lambda: self._file.openstream(list(path)))
        if len(content) < size:
            raise Damaged(_DAMAGED)
        return content


def _by_storage(paths: Iterable[Sequence[str]]) -> dict[Path, list[str]]:
    found: dict[Path, list[str]] = defaultdict(list)
    for *path, name in paths:
        found[tuple(path)].append(name)
    return found
