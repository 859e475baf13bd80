"""A folder of this user alone for files that were opened from mail; it is emptied when the program starts and when it ends.

Each running program has a folder of its own with a lock beside it, so that nobody wipes what another one shows just now.
"""

import errno
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

from PySide6.QtCore import QLockFile, QStandardPaths

from securemail_desktop.gui.patience import NoAnswer, Patience

_LOCK = ".lock"
DISK_SECONDS = 60.0  # for one file: a slow stick takes a few megabytes a second


def base_folder() -> Path:
    """Return where opened files lie: in memory where the system has such a place for each user, else in the user's cache."""
    place = os.environ.get("XDG_RUNTIME_DIR") or QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    return Path(place) / "securemail-opened"


class PrivateFolder:
    """Files that other programs show: readable for this user only, and not to be changed."""

    def __init__(self, base: Path) -> None:
        """Name the place; nothing is made before the first file."""
        self._base = base
        self._turns = Lock()  # files are put here by a lane, and wiped by the window
        self._own: Path | None = None
        self._lock: QLockFile | None = None

    def put(self, name: str, content: bytes) -> Path:
        """Write a file under a cleaned name and return its path; raise `OSError`."""
        with self._turns:
            folder = self._folder() / uuid4().hex[:8]
            folder.mkdir(mode=0o700)
            path = folder / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            mark_as_foreign(path)  # before: Windows marks no file that cannot be written
            path.chmod(0o400)
        return path

    def wipe(self) -> None:
        """Remove everything that was opened here, now that the program ends or is locked."""
        with self._turns:
            if self._own is not None:
                _remove(self._own)
            if self._lock is not None:
                self._lock.unlock()
            self._own, self._lock = None, None

    def wipe_left_over(self) -> None:
        """Remove what programs that are not running any more have left."""
        for folder in self._base.glob("*/") if self._base.is_dir() else ():
            lock = QLockFile(str(folder.with_suffix(_LOCK)))
            lock.setStaleLockTime(0)
            if lock.tryLock(0):
                _remove(folder)
                lock.unlock()

    def _folder(self) -> Path:
        if self._own is None:
            self._base.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._base.chmod(0o700)
            own = self._base / uuid4().hex
            self._lock = QLockFile(str(own.with_suffix(_LOCK)))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)
            own.mkdir(mode=0o700)
            self._own = own
        return self._own


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, onerror=_remove_after_all)


def _remove_after_all(remove: Callable[[str], object], path: str, _: object) -> None:
    """Make a file writable first, for Windows removes no other; what a program still holds open goes at the next start."""
    with suppress(OSError):
        Path(path).chmod(0o700)
        remove(path)


def write_file(path: Path, content: bytes, seconds: float = DISK_SECONDS) -> None:
    """Save a file for the user at the place of his choice, for him alone; never half of one. Raise `OSError`, also when that takes too long."""
    patience: Patience[None] = Patience(seconds)
    try:
        patience.wait_for(lambda: _write(path, content))
    except NoAnswer as error:
        raise OSError(errno.ETIMEDOUT, "its disk does not answer") from error


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    mark_as_foreign(path)


def mark_as_foreign(path: Path) -> None:
    """Tell Windows that a file came from outside (Mark of the Web), so that its own warnings apply; elsewhere there is no such mark."""
    if sys.platform == "win32":
        Path(f"{path}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n", "ascii")
