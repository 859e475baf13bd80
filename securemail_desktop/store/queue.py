"""The queue: a SQLCipher file of its own beside the store, which can be used while the store is locked.

Its keys are derived from the store's (HKDF, RFC 5869), each with a label of its own: whoever has them learns nothing of the store's. One opens the
file; the other seals drafts in it (AES-256-GCM, bound to the entry) and is dropped at a lock.
"""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreClosed
from securemail_desktop.store.schema import migrations

_FILE, _DRAFTS = b"securemail-desktop queue v1", b"securemail-desktop queue drafts v1"
_NONCE = 12  # bytes, random: far fewer than 2**32 drafts are ever sealed (SP 800-38D, 8.3)


def queue_path(data: Path) -> Path:
    """Return where the queue of a data folder lies."""
    return data / "queue.db"


def open_queue(data: Path, store_key: bytes) -> Database:
    """Open or create the queue's file; raise `StoreError`."""
    return Database(queue_path(data), _derived(store_key, _FILE), migrations("queue_migrations"))


class Seal:
    """Seals drafts in the queue to whoever has the store's key; `forget` drops the key, `renew` brings it back."""

    def __init__(self, store_key: bytes) -> None:
        """Derive the key."""
        self.renew(store_key)

    def renew(self, store_key: bytes) -> None:
        """Derive the key again."""
        self._cipher: AESGCM | None = AESGCM(_derived(store_key, _DRAFTS))

    def forget(self) -> None:
        """Drop the key."""
        self._cipher = None

    def close(self, entry: str, draft: bytes) -> tuple[bytes, bytes]:
        """Return the draft sealed for the entry of this id, in two parts, as it may be large; raise `StoreClosed`."""
        cipher = self._cipher
        if cipher is None:
            raise StoreClosed
        nonce = secrets.token_bytes(_NONCE)
        return nonce, cipher.encrypt(nonce, draft, entry.encode())

    def open(self, entry: str, sealed: bytes) -> bytes | None:
        """Return the draft: None without the key, empty when it was damaged or not sealed for this entry with this key."""
        cipher = self._cipher  # another thread may forget it meanwhile
        if cipher is None:
            return None
        try:
            return cipher.decrypt(sealed[:_NONCE], memoryview(sealed)[_NONCE:], entry.encode())
        except (InvalidTag, ValueError):
            return b""  # one entry that cannot be read must not hide the others


def _derived(store_key: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=label).derive(store_key)
