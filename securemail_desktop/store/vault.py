"""Small secrets in the encrypted store: passwords, tokens, private keys, device keys. By kind and name."""

from securemail_desktop.store.database import Database


class Vault:
    """Secrets by (kind, name), e.g. ("password", account name), ("smime-key", hex SHA-256 of the certificate)."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        raise NotImplementedError

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        raise NotImplementedError

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the secret or None."""
        raise NotImplementedError

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind, sorted."""
        raise NotImplementedError

    def remove(self, kind: str, name: str) -> None:
        """Forget; unknown names are no error."""
        raise NotImplementedError
