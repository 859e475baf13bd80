"""Messages that were read once, in the encrypted store, protected as they came; bounded: what was read longest ago leaves first."""

from typing import cast

from securemail_desktop.store.database import Database

_ROOM = 500_000_000  # octets: some thousand messages with their files


class SourceCache:
    """The messages' octets by the id of their row; they go with it."""

    def __init__(self, database: Database, room: int = _ROOM) -> None:
        """Keep the open store; `room` is how many octets may be kept in all."""
        self._db = database
        self._room = room

    def get(self, message: int, now: float) -> bytes | None:
        """Return a message, or None where it is not kept; `now` is when it is read."""
        found = self._db.rows("SELECT content FROM source WHERE message = ?", (message,))
        if not found:
            return None
        self._db.execute("UPDATE source SET used = ? WHERE message = ?", (now, message))
        return bytes(cast("bytes", found[0][0]))

    def put(self, message: int, content: bytes, now: float) -> None:
        """Keep a message, if there is room and its row is still there; others leave for it."""
        if len(content) > self._room:
            return
        with self._db.transaction():
            self._make_room(len(content))
            self._db.execute(
                "INSERT INTO source (message, size, used, content) SELECT id, ?, ?, ? FROM message WHERE id = ?"
                " ON CONFLICT (message) DO UPDATE SET size = excluded.size, used = excluded.used, content = excluded.content",
                (len(content), now, content, message),
            )

    def _make_room(self, wanted: int) -> None:
        rows = self._db.rows("SELECT message, size FROM source ORDER BY used")
        kept = sum(int(cast("int", size)) for _, size in rows)
        for message, size in rows:
            if kept + wanted <= self._room:
                return
            self._db.execute("DELETE FROM source WHERE message = ?", (message,))
            kept -= int(cast("int", size))
