"""The recipient index's rows and the address book in the encrypted store."""

from collections.abc import Iterable

from securemail_desktop.store.database import Database, Value


class Contacts:
    """Rows of primitives by position: what `RecipientIndex.rows` exports; and the address book."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        raise NotImplementedError

    def save_index(self, rows: Iterable[tuple[Value, ...]]) -> None:
        """Replace the index's rows."""
        raise NotImplementedError

    def index(self) -> list[tuple[Value, ...]]:
        """Return the index's rows."""
        raise NotImplementedError
