"""The recipient index's rows and the address book in the encrypted store."""

import json
from collections.abc import Iterable

from securemail_desktop.message.address import Address
from securemail_desktop.store.database import Database

Row = tuple[str | int | float, ...]  # what `RecipientIndex.rows` exports; the two packages do not know each other


class Contacts:
    """Rows of primitives by position: what `RecipientIndex.rows` exports; and the address book."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._database = database

    def save_index(self, rows: Iterable[Row]) -> None:
        """Replace the index's rows; raise TypeError or ValueError, and keep the old ones, when one is not of finite primitives."""
        with self._database.transaction():
            self._database.execute("DELETE FROM recipient_index")
            self._database.execute_many(
                "INSERT INTO recipient_index (position, fields) VALUES (?, ?)",
                ((position, json.dumps(row, ensure_ascii=False, allow_nan=False)) for position, row in enumerate(rows)),
            )

    def index(self) -> list[Row]:
        """Return the index's rows."""
        return [tuple(json.loads(str(fields))) for (fields,) in self._database.rows("SELECT fields FROM recipient_index ORDER BY position")]

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
