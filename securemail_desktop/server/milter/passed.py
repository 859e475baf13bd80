"""What has passed already, so that nothing passes twice: a small SQLite file that survives a restart."""

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from securemail_desktop.server.errors import NotReady

_SWEEP_SECONDS = 3600


class Passed:
    """Signatures and recipients that were let through. It holds hashes only."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; raise `NotReady`."""
        try:
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("CREATE TABLE IF NOT EXISTS passed (what BLOB PRIMARY KEY, ends INTEGER NOT NULL) STRICT, WITHOUT ROWID")
            self._database.execute("CREATE INDEX IF NOT EXISTS passed_ends ON passed (ends)")
        except sqlite3.Error as error:
            raise NotReady(f"The record of what has passed, {path}, cannot be opened: {error}.") from error
        self._swept = 0

    def claim(self, nonce: bytes, recipients: Iterable[str], ends: int, now: int) -> bool:
        """Note durably that a signature is used for these recipients; say whether none of them had it. Raise `NotReady`."""
        rows = [
            (hashlib.sha256(nonce + recipient.encode("utf-8", "surrogateescape")).digest(), ends) for recipient in sorted(set(recipients))
        ]
        try:
            self._sweep(now)
            with self._database:
                self._database.execute("BEGIN IMMEDIATE")
                self._database.executemany("INSERT INTO passed (what, ends) VALUES (?, ?)", rows)
        except sqlite3.IntegrityError:
            return False
        except sqlite3.Error as error:
            raise NotReady(f"The record of what has passed cannot be written: {error}.") from error
        return True

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _sweep(self, now: int) -> None:
        if now - self._swept >= _SWEEP_SECONDS:
            self._database.execute("DELETE FROM passed WHERE ends < ?", (now,))
            self._swept = now
