"""The encrypted database: SQLCipher with a raw 32-byte key, WAL, synchronous=FULL, numbered migrations, 0600.

One connection, one lock: every caller's transaction is whole. Foreign errors are translated to `store.errors`. After `close`, which waits for the
transaction under way, every call raises `StoreClosed` until `reopen`: a lock closes the database under whoever holds it.
"""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from securemail_desktop.store.errors import StoreBroken, StoreClosed, StoreFull
from securemail_desktop.store.schema import Migration, migrations, statements
from securemail_desktop.store.translate import translated

Value = str | int | float | bytes | None

_BUSY_TIMEOUT = 10.0  # seconds that another process may hold the store


def store_path(data: Path) -> Path:
    """Return where the store of a data folder lies."""
    return data / "store.db"


class Database:
    """The open store."""

    def __init__(self, path: Path, key: bytes, steps: Sequence[Migration] | None = None) -> None:
        """Open or create the store and bring it to the newest schema (that of `steps`, by default the shipped ones); raise `StoreError`."""
        self._path = path
        self._steps = migrations() if steps is None else steps
        self._lock = threading.RLock()
        self._depth = self._opens = 0
        self.reopen(key)

    def reopen(self, key: bytes) -> None:
        """Open the file, at first and after a `close`: whoever holds this object can go on with it. Raise `StoreError`."""
        if len(key) != 32:
            raise ValueError("the store key has 32 bytes")
        with self._lock:
            with translated(self._path):
                _create_private(self._path)
                self._connection = dbapi2.connect(self._path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
            self._closed = False
            self._opens += 1
            try:
                with translated(self._path):
                    self._unlock(key)
                self._migrate(self._steps)
            except BaseException:
                self.close()
                raise

    @property
    def closed(self) -> bool:
        """Say whether it is closed."""
        return self._closed

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all statements inside one durable step: committed at the end, rolled back on an exception. Nested calls join the outer.

        An inner step that fails is undone by itself, so that an outer one may catch its error and go on.
        """
        with self._lock:
            begin, commit, undo = _brackets(self._depth)
            self._run(begin)
            self._depth += 1
            try:
                yield
                self._run(commit)
            except BaseException:
                self._undo(undo)
                raise
            finally:
                self._depth -= 1

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement in the open transaction, or in one of its own; return the number of rows changed."""
        with self._lock:
            changed: int = self._run(sql, values).rowcount  # -1 for statements that change no rows
            return max(changed, 0)

    def execute_many(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each sequence of values, all in one transaction."""
        with self.transaction(), translated(self._path):
            self._connection.executemany(sql, values)

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Return all rows of a query."""
        with self._lock, translated(self._path):
            return self._run(sql, values).fetchall()  # type: ignore[no-any-return]

    def version(self) -> tuple[int, int, int]:
        """Return what is another one after each change, by this program or another."""
        with self._lock:
            opens, others = self.others()
            return opens, self._connection.total_changes, others

    def others(self) -> tuple[int, int]:
        """Return what is another one after each change by another program, and after each opening."""
        with self._lock:
            return self._opens, int(str(self.rows("PRAGMA data_version")[0][0]))

    def close(self) -> None:
        """Close the store."""
        with self._lock, translated(self._path):
            self._closed = True
            self._connection.close()

    def _unlock(self, key: bytes) -> None:
        run = self._connection.execute
        run("PRAGMA cipher_log_level = NONE")  # a wrong key is our error to report, not lines on stderr
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        run("SELECT count(*) FROM sqlite_schema")  # the first read is what tries the key
        run("PRAGMA journal_mode = WAL")
        for pragma in ("synchronous = FULL", "temp_store = MEMORY", "foreign_keys = ON", "trusted_schema = OFF"):
            run(f"PRAGMA {pragma}")

    def _migrate(self, steps: Sequence[Migration]) -> None:
        if self._version() == len(steps):
            return
        with self.transaction():  # a second process waits here and then finds the work done
            version = self._version()
            if version > len(steps):
                raise StoreBroken(f"The store {self._path} is from a newer version of the program: install that version.")
            for step in steps[version:]:
                for statement in statements(step.sql):
                    self._run(statement)
                self._run(f"PRAGMA user_version = {step.number}")

    def _version(self) -> int:
        return int(str(self.rows("PRAGMA user_version")[0][0]))

    def _run(self, sql: str, values: Sequence[Value] = ()) -> dbapi2.Cursor:
        if self._closed:
            raise StoreClosed
        if self._depth and not self._connection.in_transaction:  # SQLite ends the transaction by itself when the disk is full
            raise StoreFull(f"A step in the store {self._path} was rolled back as a whole: free some space and try again.")
        with translated(self._path):
            return self._connection.execute(sql, values)

    def _undo(self, undo: tuple[str, ...]) -> None:
        for statement in undo if self._connection.in_transaction else ():
            with translated(self._path):
                self._connection.execute(statement)


def _brackets(depth: int) -> tuple[str, str, tuple[str, ...]]:
    """Return what begins, commits and undoes a transaction at this depth of nesting."""
    if not depth:
        return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
    name = f"step_{depth}"
    return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")


def create_private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter; one that somebody made for us is narrowed while it is still empty."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        folder.chmod(0o700)


def _create_private(path: Path) -> None:
    """Make folder and file for the owner only before SQLite sees them; its WAL and index files take the file's mode over."""
    create_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
