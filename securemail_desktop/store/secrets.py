"""The store key: 32 random bytes in the operating system's keyring, or in a key file of mode 0600.

A key is made only while there is no store, and under a lock, so that two programs that start together get the same one. Only the keyrings
of the operating systems themselves are used: whatever else is configured (null, fail, a file) could lose the key or keep it in the clear.
"""

import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.Windows import WinVaultKeyring
from keyring.errors import KeyringLocked

from securemail_desktop.store.database import create_private_folder, store_path
from securemail_desktop.store.errors import NoKeyring, StoreError, WrongKey
from securemail_desktop.store.translate import translated

SERVICE = "securemail-desktop"
Answer = TypeVar("Answer")
_LENGTH = 32
_SYSTEM = frozenset(f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "libsecret", "kwallet"))
_REMEDY = "Install one (Debian and Ubuntu: gnome-keyring) and sign in again, or name a key file with --key-file."

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def system_keyrings() -> tuple[KeyringBackend, ...]:
    """Return the operating system's keyrings, the preferred one first; none where only unsafe ones are configured."""
    chosen = keyring.get_keyring()
    candidates = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    return tuple(backend for backend in candidates if type(backend).__module__ in _SYSTEM)


def store_key(data: Path, key_file: Path | None, keyrings: Callable[[], Sequence[KeyringBackend]] = system_keyrings) -> bytes:
    """Return the key of the store in `data`; make one only while there is no store yet; raise `NoKeyring` or `WrongKey` with the remedy."""
    with _one_at_a_time(data):
        if key_file is not None:
            return _file_key(key_file, _has_store(data))
        return _keyring_key(data, tuple(_asked(keyrings)))


def _file_key(path: Path, needed: bool) -> bytes:
    try:
        return _read_file(path)
    except FileNotFoundError:
        if needed:
            raise WrongKey(f"The key file {path} is missing: name the file that this store was made with.") from None
        with translated(path):
            return _write_file(path)
    except OSError as error:
        raise WrongKey(f"The key file {path} cannot be read ({error.strerror}): check its path and permissions.") from error


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise WrongKey(f"The key file {path} is open to other users: run chmod 600 on it.")
        content = file.read(4096)
    key = _decoded(content)
    if key is None:
        raise WrongKey(f"The key file {path} holds no key: it must have 64 hexadecimal digits or 32 bytes.")
    return key


def _decoded(content: bytes) -> bytes | None:
    if len(content) == _LENGTH:
        return content
    try:
        key = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        return None
    return key if len(key) == _LENGTH else None


def _write_file(path: Path) -> bytes:
    """Write a new key completely or not at all: a half-written one would lose the store."""
    key = secrets.token_bytes(_LENGTH)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor with its mode
        file.write(key.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return key


def _keyring_key(data: Path, backends: tuple[KeyringBackend, ...]) -> bytes:
    if not backends:
        raise NoKeyring(f"This computer offers no safe keyring for the key of the mail store. {_REMEDY}")
    account = str(data.resolve())
    for backend in backends:
        if found := _asked(partial(backend.get_password, SERVICE, account)):
            return _from_keyring(found)
    if _has_store(data):
        raise WrongKey(f"The keyring no longer holds the key of the store in {data}: unlock or restore the keyring, or name a --key-file.")
    key = secrets.token_bytes(_LENGTH)
    _asked(partial(_keep, backends[0], account, key))
    return key


def _from_keyring(text: str) -> bytes:
    key = _decoded(text.encode())
    if key is None:
        raise WrongKey(f"The keyring's entry {SERVICE} is no key: restore the keyring, or name a --key-file.")
    return key


def _keep(backend: KeyringBackend, account: str, key: bytes) -> None:
    if isinstance(backend, WinVaultKeyring):
        backend.persist = "local machine"  # the key must not roam to other machines
    backend.set_password(SERVICE, account, key.hex())
    if backend.get_password(SERVICE, account) != key.hex():
        raise NoKeyring(f"The keyring did not keep the key of the mail store. {_REMEDY}")


def _asked(question: Callable[[], Answer]) -> Answer:
    """Ask a keyring; whatever its libraries raise means that there is none to rely on."""
    try:
        return question()
    except StoreError:
        raise
    except KeyringLocked as error:
        raise NoKeyring("The keyring is locked: unlock it and try again, or name a key file with --key-file.") from error
    except Exception as error:  # every backend raises the errors of its own library
        raise NoKeyring(f"The keyring does not answer ({type(error).__name__}). {_REMEDY}") from error


def _has_store(data: Path) -> bool:
    path = store_path(data)
    return path.exists() and path.stat().st_size > 0


@contextmanager
def _one_at_a_time(data: Path) -> Iterator[None]:
    lock = data / "store.lock"
    with translated(lock):
        create_private_folder(data)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with translated(lock):
            _lock(descriptor)
        yield
    finally:
        os.close(descriptor)  # closing gives the lock back
