"""Accounts and settings in the encrypted store, as JSON documents by name."""

import json

from securemail_desktop.store.database import Database


class Settings:
    """Named JSON documents, e.g. `accounts`, `policy-folder`, `enrolment`."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._database = database

    def put(self, name: str, document: object) -> None:
        """Store or replace a JSON document; raise TypeError or ValueError when it is none."""
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        self._database.execute(
            "INSERT INTO settings (name, document) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET document = excluded.document",
            (name, text),
        )

    def get(self, name: str) -> object | None:
        """Return the document or None."""
        found = self._database.rows("SELECT document FROM settings WHERE name = ?", (name,))
        return json.loads(str(found[0][0])) if found else None
