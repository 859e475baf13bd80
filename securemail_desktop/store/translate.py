"""SQLite's and the operating system's errors as `store.errors`: by result code, never by text, and without the statement or its values."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from securemail_desktop.store.errors import StoreBroken, StoreBusy, StoreError, StoreFull, WrongKey

_PRIMARY = 0xFF  # the low byte of an extended result code is the primary one
_NO_SPACE = 1_000_000  # bytes; SQLite reports some failed writes on a full disk as plain I/O errors
_FORBIDDEN = frozenset({dbapi2.SQLITE_READONLY, dbapi2.SQLITE_PERM, dbapi2.SQLITE_CANTOPEN})
_NOTHING_LEFT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite or the operating system raises about the store at `path` into a `StoreError`; programming errors pass through."""
    try:
        yield
    except (dbapi2.OperationalError, dbapi2.DatabaseError) as error:
        if isinstance(error, (dbapi2.ProgrammingError, dbapi2.IntegrityError, dbapi2.DataError)):
            raise
        raise _of_sqlite(error, path) from error
    except OSError as error:
        raise _of_system(error, path) from error


def _of_sqlite(error: dbapi2.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", dbapi2.SQLITE_ERROR) & _PRIMARY
    if code == dbapi2.SQLITE_NOTADB:
        return _unreadable(path)
    if code == dbapi2.SQLITE_FULL or (code == dbapi2.SQLITE_IOERR and _is_full(path)):
        return _full(path)
    if code in {dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED}:
        return StoreBusy(f"Another program is using the store {path}: close it or try again in a moment.")
    if code == dbapi2.SQLITE_CORRUPT:
        return StoreBroken(f"The store {path} is damaged: restore it from a backup, or move it away to begin anew.")
    if code in _FORBIDDEN:
        return StoreBroken(f"You may not write the store {path}: give yourself the right to write it and its folder, or ask your IT.")
    return StoreBroken(f"The store {path} cannot be read or written: check the disk, your quota and the permissions of its folder.")


def _of_system(error: OSError, path: Path) -> StoreError:
    if error.errno in _NOTHING_LEFT:
        return _full(path)
    return StoreBroken(f"The store {path} cannot be opened ({error.strerror}): check the permissions of its folder.")


def _unreadable(path: Path) -> StoreError:
    with path.open("rb") as file:
        if file.read(16) == b"SQLite format 3\0":
            return StoreBroken(f"The file {path} is not encrypted, so it is not this program's store: move it away.")
    return WrongKey(f"The key does not open the store {path}: use the key it was made with, or move the store away to begin anew.")


def _full(path: Path) -> StoreFull:
    return StoreFull(f"The disk with {path.parent} is full, nothing was changed: free some space and try again.")


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.resolve().parent).free < _NO_SPACE
