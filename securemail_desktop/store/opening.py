"""Opens the mail store of a data folder, and never takes one that was emptied for a new one."""

from pathlib import Path

from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.errors import StoreBroken
from securemail_desktop.store.queue import queue_path


def open_store(data: Path, key: bytes) -> Database:
    """Open or create the store's file; raise `StoreError`.

    An empty file beside an outbox that holds something lost its content (a full disk, a bad copy): begun anew, everything would seem never to
    have been there.
    """
    path = store_path(data)
    if path.is_file() and not any(_holds(file) for file in (path, path.with_name(f"{path.name}-wal"))) and _holds(queue_path(data)):
        raise StoreBroken(f"The store {path} is empty, although it was in use: restore it from a backup, or move it away to begin anew.")
    return Database(path, key)


def _holds(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
