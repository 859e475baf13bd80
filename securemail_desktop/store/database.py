"""The encrypted database: SQLCipher with a raw 32-byte key, WAL, synchronous=FULL, numbered migrations, 0600.

One connection, one lock: every caller's transaction is whole. Foreign errors are translated to `store.errors`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

Value = str | int | float | bytes | None


class Database:
    """The open store."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or create the store and bring it to the newest schema; raise `StoreError`."""
        raise NotImplementedError

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all statements inside one durable step: committed at the end, rolled back on an exception. Nested calls join the outer."""
        raise NotImplementedError

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement in the open transaction, or in one of its own; return the number of rows changed."""
        raise NotImplementedError

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Return all rows of a query."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the store."""
        raise NotImplementedError
