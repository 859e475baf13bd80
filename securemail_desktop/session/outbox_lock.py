"""One at a time hands over from the outbox: a lock between programs and between threads."""

from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock

from securemail_desktop.store.translate import translated


class OutboxLock:
    """A file lock that one thread of one program holds, as often as it likes; the system lets it go when the program dies."""

    def __init__(self, path: Path) -> None:
        """Keep where the lock's file lies."""
        self._path = path
        # Each thread has a descriptor of its own, or the second one would find the lock held by its own program and go on.
        self._lock = FileLock(path, thread_local=True, mode=0o600)

    def __enter__(self) -> Self:
        """Wait for the lock; raise `StoreError` when its file cannot be opened."""
        with translated(self._path):
            self._lock.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Give it back."""
        self._lock.release()
