"""The server's private keys: raw 32 bytes in files of mode 0600 in its data folder, one a file.

`checkpoint.key` signs the logs' states (Ed25519); `sealing-ORG.key` opens an organisation's sealed fields (X25519). Who must not be able to open
them moves the latter off the machine: the server itself never needs it again.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from securemail_desktop.server.errors import NotReady


def checkpoint_key(data: Path, *, may_make: bool) -> Ed25519PrivateKey:
    """Return the key that signs checkpoints; make it only for a server without records; raise `NotReady`."""
    path = data / "checkpoint.key"
    if not path.exists() and not may_make:
        raise NotReady(f"{path} is missing, though there are records that it signed; bring it back from the backup.")
    return Ed25519PrivateKey.from_private_bytes(_read_or_make(path, lambda: Ed25519PrivateKey.generate().private_bytes_raw()))


def make_sealing_key(data: Path, organization: str) -> bytes:
    """Return the raw public key of the organisation's sealing key, made and stored at the first call."""
    path = data / f"sealing-{organization}.key"
    raw = _read_or_make(path, lambda: X25519PrivateKey.generate().private_bytes_raw())
    return X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()


def _read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write_private(path, make())
        raw = path.read_bytes()
    except OSError as error:
        raise NotReady(f"The key file {path} cannot be read or written; check its rights.") from error
    if len(raw) != 32:
        raise NotReady(f"The key file {path} is damaged; bring it back from the backup.")
    return raw


def _write_private(path: Path, secret: bytes) -> None:
    temporary = path.with_suffix(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secret)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, path)  # unlike a rename it never replaces a key that another process has just made
    except FileExistsError:
        return
    finally:
        temporary.unlink()
