"""The large octets of outbox entries, in pieces of a megabyte: neither writing nor reading holds more than one of them twice.

What is written stays beside the entry until the entry itself is added, and goes with it. A small message needs no step of its own for that; the
pieces of a large one are durable before its entry is. Pieces without an entry are what an interrupted step left behind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import cast

from securemail_desktop.store.database import Database

_PIECE = 1_000_000  # octets
_TOGETHER = 8  # pieces that wait for a step


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: its hex SHA-256 and its length in octets."""

    sha256: str
    size: int


class Pieces:
    """The pieces in the queue's file, by the entry that they belong to and their name in it."""

    def __init__(self, database: Database) -> None:
        """Keep the open queue."""
        self._db = database

    def read(self, entry: str, name: str) -> bytes:
        """Return all octets of a name, empty where there are none."""
        whole, number = BytesIO(), 0
        while found := self._db.rows("SELECT content FROM outbox_piece WHERE entry = ? AND name = ? AND number = ?", (entry, name, number)):
            whole.write(cast("bytes", found[0][0]))
            number += 1
        return whole.getvalue()

    def names(self, entry: str, start: str) -> list[str]:
        """Return the names of an entry that begin with a text."""
        wanted = "SELECT name FROM outbox_piece WHERE entry = ? AND number = 0 AND substr(name, 1, length(?)) = ?"
        return [str(name) for (name,) in self._db.rows(wanted, (entry, start, start))]

    def remove(self, entry: str, name: str) -> None:
        """Forget the octets of a name."""
        self._db.execute("DELETE FROM outbox_piece WHERE entry = ? AND name = ?", (entry, name))

    def remove_all(self, entry: str) -> None:
        """Forget all octets of an entry."""
        self._db.execute("DELETE FROM outbox_piece WHERE entry = ?", (entry,))

    def has_remains(self) -> bool:
        """Say whether anything belongs to no entry."""
        return bool(self._db.rows("SELECT 1 FROM outbox_piece WHERE entry NOT IN (SELECT id FROM outbox) LIMIT 1"))

    def sweep(self) -> None:
        """Forget what belongs to no entry; the caller holds the outbox's lock, or it could be what another program is writing."""
        self._db.execute("DELETE FROM outbox_piece WHERE entry NOT IN (SELECT id FROM outbox)")


class Writing:
    """The octets of one entry that is being made; `flush` belongs into the step that adds the entry."""

    def __init__(self, database: Database, entry: str) -> None:
        """Begin with nothing written."""
        self._db, self._entry = database, entry
        self._waiting: list[tuple[str, str, int, bytes]] = []
        self._octets = 0

    def put(self, name: str, content: Iterable[bytes]) -> Written:
        """Write the octets of a name, which come in parts of any length; raise `StoreError`, and whatever the parts raise."""
        digest, size = sha256(), 0
        for number, piece in enumerate(_pieces(content)):
            digest.update(piece)
            size += len(piece)
            self._add((self._entry, name, number, piece))
        return Written(digest.hexdigest(), size)

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting, self._octets = self._waiting, [], 0
        self._db.execute_many("INSERT INTO outbox_piece (entry, name, number, content) VALUES (?,?,?,?)", waiting)

    def _add(self, row: tuple[str, str, int, bytes]) -> None:
        self._waiting.append(row)
        self._octets += len(row[3])
        if self._octets >= _TOGETHER * _PIECE:
            self.flush()


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in content:
        view = memoryview(part)
        for start in range(0, len(view), _PIECE):
            waiting += view[start : start + _PIECE]
            if len(waiting) >= _PIECE:
                yield bytes(waiting)
                waiting.clear()
    if waiting:
        yield bytes(waiting)
