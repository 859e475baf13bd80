"""The store key: 32 random bytes in the operating system's keyring, or in a key file of mode 0600."""

from pathlib import Path


def store_key(data: Path, key_file: Path | None) -> bytes:
    """Return the key of the store in `data`; make one only while there is no store yet; raise `NoKeyring` or `WrongKey` with the remedy."""
    raise NotImplementedError
