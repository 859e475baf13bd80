"""Small secrets in the encrypted store: passwords, tokens, private keys, device keys. By kind and name."""

from securemail_desktop.store.database import Database


class Vault:
    """Secrets by (kind, name), e.g. ("password", account name), ("smime-key", hex SHA-256 of the certificate)."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._database = database

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        self._database.execute(
            "INSERT INTO vault (kind, name, secret) VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET secret = excluded.secret",
            (kind, name, secret),
        )

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the secret or None."""
        found = self._database.rows("SELECT secret FROM vault WHERE kind = ? AND name = ?", (kind, name))
        if not found:
            return None
        secret = found[0][0]
        assert isinstance(secret, bytes)
        return secret

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind, sorted."""
        return [str(name) for (name,) in self._database.rows("SELECT name FROM vault WHERE kind = ? ORDER BY name", (kind,))]

    def remove(self, kind: str, name: str) -> None:
        """Forget; unknown names are no error."""
        self._database.execute("DELETE FROM vault WHERE kind = ? AND name = ?", (kind, name))
