"""The repository's folder: every file appears whole or not at all, the timestamp last, and one publisher at a time.

What a client reads is `metadata/` and `targets/`; `staged/` is a change that waits for signatures. Old metadata and targets stay as the history.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from tuf.api.metadata import TargetFile

from securemail_desktop.central.publishing.errors import Busy, NoRepository, NotAllowed, NotWritten
from securemail_desktop.central.rings import METADATA, TARGETS
from securemail_desktop.central.trusted import NotTrustworthy, Trusted, check

ROOT = f"{METADATA}/1.root.json"
_LOCK = "publish.lock"


class RepositoryFolder:
    """A folder that is a repository or becomes one."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from publishing meanwhile; raise `Busy`, `NotWritten`."""
        lock = FileLock(self.path / _LOCK, timeout=0)
        with self.writing():
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout as error:
                raise Busy(f"Somebody else is publishing into {self.path} right now; try again when that is done.") from error
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    @property
    def exists(self) -> bool:
        """Say whether it is a repository already."""
        return (self.path / ROOT).is_file()

    @property
    def pinned(self) -> bytes:
        """Return the first root, which clients pin; raise `NoRepository`."""
        content = self.read(ROOT)
        if content is None:
            raise NoRepository(f"{self.path} is no repository of policies; make one with 'securemail policy init'.")
        return content

    def state(self) -> Trusted:
        """Return what is published now, every signature checked; raise `NoRepository`."""
        try:
            return check(self.pinned, self._metadata, unfinished=True)
        except NotTrustworthy as error:
            raise NoRepository(
                f"{self.path} is not as its keys left it ({error}): put the folder back from a copy that is known to be good."
            ) from error

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, None where there is none; raise `NoRepository` where it cannot be read."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise NoRepository(f"{self.path / name} cannot be read: {error.strerror}.") from error

    def target(self, target: TargetFile) -> bytes:
        """Return a target's bytes, checked; raise `NoRepository`."""
        content = self.read(f"{TARGETS}/{target.get_prefixed_paths()[0]}")
        try:
            if content is not None:
                target.verify_length_and_hashes(content)
                return content
        except Exception as error:
            raise NoRepository(f"The policy {target.path} in {self.path} was changed by somebody; put it back from a copy.") from error
        raise NoRepository(f"The policy {target.path} is missing in {self.path}; put it back from a copy.")

    def write(self, name: str, content: bytes) -> None:
        """Write or replace a file, whole and durably; raise `NotWritten`."""
        path = self.path / name
        with self.writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)

    def replace_folder(self, name: str, files: dict[str, bytes]) -> None:
        """Make a folder that appears with all its files at once, and is not there before; raise `NotWritten`."""
        with self.writing():
            made = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=self.path))
            try:
                for file, content in files.items():
                    (made / file).parent.mkdir(parents=True, exist_ok=True)
                    write_whole(made / file, content)
                made.chmod(0o755)
                made.rename(self.path / name)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise

    def remove_folder(self, name: str) -> None:
        """Remove a folder, if it is there; it vanishes at once."""
        with self.writing(), suppress(FileNotFoundError):
            gone = self.path / f".{name}-gone"
            shutil.rmtree(gone, ignore_errors=True)
            (self.path / name).rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Translate what the disk says; raise `NotWritten`."""
        try:
            yield
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise NotWritten(f"The disk of {self.path} is full, so nothing was published; free some space and try again.") from error
            raise NotWritten(f"{self.path} cannot be written ({error.strerror}), so nothing was published.") from error

    def _sweep(self) -> None:
        """Remove what a publisher that was stopped left half-written; the lock is held, so nobody writes it."""
        with self.writing():
            for folder in self.path.glob(".staged-*"):
                shutil.rmtree(folder, ignore_errors=True)
            for file in [*(self.path / METADATA).glob(".*.json-*"), *(self.path / TARGETS).glob("*/.*.json-*")]:
                file.unlink(missing_ok=True)

    def _metadata(self, role: str, version: int) -> bytes | None:
        return self.read(f"{METADATA}/{version}.{role}.json" if version else f"{METADATA}/{role}.json")


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file beside its place, make it durable, and put it there in one step; raise `OSError`."""
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(mode)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def empty_or_new(path: Path) -> None:
    """Raise `NotAllowed` where the folder holds something of others."""
    if path.exists() and any(p.name != _LOCK for p in path.iterdir()):
        raise NotAllowed(f"{path} is not empty: name a folder that does not exist yet.")
