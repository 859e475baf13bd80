"""Secrets that are forgotten with their owner: what the demo's other people need while their letters to alice are made."""


class Pocket:
    """Implements `encryption.ring.Secrets` in memory."""

    def __init__(self) -> None:
        """Begin empty."""
        self._secrets: dict[tuple[str, str], bytes] = {}

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        self._secrets[kind, name] = secret

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the secret or None."""
        return self._secrets.get((kind, name))

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind, sorted."""
        return sorted(name for each, name in self._secrets if each == kind)

    def remove(self, kind: str, name: str) -> None:
        """Forget; unknown names are no error."""
        self._secrets.pop((kind, name), None)
