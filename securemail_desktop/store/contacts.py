"""The recipient index's rows and the address book in the encrypted store."""

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager

from securemail_desktop.message.address import Address
from securemail_desktop.store.database import Database

Row = tuple[str | int | float, ...]  # what `RecipientIndex.rows` exports; the two packages do not know each other


class Contacts:
    """Rows of primitives, each named by its first two members, kind and number; and the address book."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._database = database

    def step(self) -> AbstractContextManager[None]:
        """Make everything inside one step that no other program comes between: what it reads stays true until it is written."""
        return self._database.transaction()

    def save_index(self, rows: Iterable[Row]) -> None:
        """Add rows or replace those of the same kind and number; raise TypeError or ValueError, and keep the old ones, for other than primitives."""
        self._database.execute_many(
            "INSERT INTO recipient_row (kind, number, fields) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, number) DO UPDATE SET fields = excluded.fields",
            ((row[0], row[1], json.dumps(row, ensure_ascii=False, allow_nan=False)) for row in rows),
        )

    def index(self) -> list[Row]:
        """Return the index's rows, by kind and number."""
        return [
            tuple(json.loads(str(fields))) for (fields,) in self._database.rows("SELECT fields FROM recipient_row ORDER BY kind, number")
        ]

    def index_size(self, kind: str) -> int:
        """Return how many rows of a kind, numbered from 0, the store has."""
        (largest,) = self._database.rows("SELECT max(number) FROM recipient_row WHERE kind = ?", (kind,))[0]
        return 0 if largest is None else int(str(largest)) + 1

    def add(self, addresses: Iterable[Address]) -> None:
        """Take addresses into the address book; a known one gets the new name."""
        self._database.execute_many(
            "INSERT INTO contacts (key, local, domain, name) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET local = excluded.local, domain = excluded.domain, name = excluded.name",
            ((address.key, address.local, address.domain, address.name) for address in addresses),
        )

    def addresses(self) -> list[Address]:
        """Return the address book, ordered by `Address.key`."""
        found = self._database.rows("SELECT local, domain, name FROM contacts ORDER BY key")
        return [Address(str(local), str(domain), str(name)) for local, domain, name in found]

    def remove(self, address: Address) -> None:
        """Forget an address of the address book; unknown ones are no error."""
        self._database.execute("DELETE FROM contacts WHERE key = ?", (address.key,))
