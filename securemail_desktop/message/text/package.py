"""A ZIP file (PKWARE APPNOTE), be it a document or an archive: its entries within a budget, whatever its own directory says of their size."""

from contextlib import suppress
from io import BytesIO
from struct import unpack_from
from zipfile import ZipFile, ZipInfo

from securemail_desktop.message import charset
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.unpack import DAMAGE, Damaged, Unpackable

_MOST_ENTRIES = 100_000
_FILE, _ENTRY = b"PK\x03\x04", b"PK\x01\x02"
_ANY = 1 << 62
_ENCRYPTED = 0x1
_UTF_8 = 0x800
_UNICODE_PATH = 0x7075


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
        self._budget, self._content = budget, content
        self.entries = self._zip.infolist()
        self.parts = [entry for entry in self.entries if not is_folder(entry)]
        self.comment = self._zip.comment

    def has_unlisted(self) -> bool:
        """Say whether a file begins between those that the directory lists: other programs find such a one."""
        end = 0
        for start, size in sorted((entry.header_offset, entry.compress_size) for entry in self.entries):
            if self._content.find(_FILE, end, start) >= 0:
                return True
            lengths = (
                int.from_bytes(self._content[at : at + 2], "little") for at in (start + 26, start + 28)
            )  # of its name and its extra fields
            end = max(end, start + 30 + sum(lengths) + size)
        return self._content.find(_FILE, end, max(end, self._zip.start_dir)) >= 0

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
    return _plain(name)


def other_name_of(entry: ZipInfo) -> str:
    """Return the name in UTF-8 that stands beside one of older letters (APPNOTE, 4.6.9), which most programs show; empty where there is none."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = unpack_from("<HH", extra)
        if kind == _UNICODE_PATH:
            return _plain(charset.decode(extra[9 : 4 + size]))
        extra = extra[4 + size :]
    return ""


def _plain(name: str) -> str:
    return name.replace("\0", " ").replace("\\", "/")
