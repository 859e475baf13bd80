"""A ZIP file (PKWARE APPNOTE), be it a document or an archive: its entries within a budget, whatever its own directory says of their size."""

from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.unpack import DAMAGE, Damaged, Unpackable

_MOST_ENTRIES = 100_000
_ENTRY = b"PK\x01\x02"
_ANY = 1 << 62
_ENCRYPTED = 0x1
_UTF_8 = 0x800


class Package:
    """The entries in the order of the directory; a name that is there twice is two entries. `parts` are those that hold something."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        """Read the directory; raise `Unpackable`."""
        if content.count(_ENTRY) > _MOST_ENTRIES:  # before they are read: that alone would take too long
            raise Unpackable(f"It lists more than {_MOST_ENTRIES:,} files, so it is not read.")
        try:
            self._zip = ZipFile(BytesIO(content))
        except (*DAMAGE, NotImplementedError) as error:
            raise Damaged("It is a damaged archive, so it could not be read.") from error
        self._budget = budget
        self.entries = self._zip.infolist()
        self.parts = [entry for entry in self.entries if not is_folder(entry)]
        self.comment = self._zip.comment

    def read(self, part: ZipInfo) -> bytes:
        """Return a part; raise `Unpackable`."""
        part.file_size = _ANY  # other programs do not stop at what the directory says
        return self._budget.unpack(lambda: self._zip.open(part))


def is_folder(entry: ZipInfo) -> bool:
    """Say whether an entry is but a name for others; one that is named as a folder and holds something is a file."""
    return entry.filename.endswith("/") and not entry.compress_size


def is_encrypted(entry: ZipInfo) -> bool:
    """Say whether a password protects an entry, in the old way or by AES."""
    return bool(entry.flag_bits & _ENCRYPTED)


def name_of(entry: ZipInfo) -> str:
    """Return an entry's name with slashes: programs write UTF-8 where they should not, and what stands behind a NUL is sent as well."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF_8:
        with suppress(UnicodeDecodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\0", " ").replace("\\", "/")
