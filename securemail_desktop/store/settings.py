"""Accounts and settings in the encrypted store, as JSON documents by name."""

from securemail_desktop.store.database import Database


class Settings:
    """Named JSON documents, e.g. `accounts`, `policy-folder`, `enrolment`."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        raise NotImplementedError

    def put(self, name: str, document: object) -> None:
        """Store or replace a JSON document."""
        raise NotImplementedError

    def get(self, name: str) -> object | None:
        """Return the document or None."""
        raise NotImplementedError
