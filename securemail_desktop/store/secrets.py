"""The store key: 32 random bytes in the operating system's keyring, or in a key file of mode 0600; wrapped there where a passphrase is set.

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
from securemail_desktop.store.errors import NoKeyring, PassphraseNeeded, StoreError, WrongKey, WrongPassphrase
from securemail_desktop.store.passphrase import is_wrapped, unwrap, wrap
from securemail_desktop.store.translate import translated
from securemail_desktop.store.tries import Tries

SERVICE = "securemail-desktop"
Answer = TypeVar("Answer")
_LENGTH = 32
_NEW = " (new)"  # the entry beside the kept one while it is replaced
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


def store_key(
    data: Path,
    key_file: Path | None,
    keyrings: Callable[[], Sequence[KeyringBackend]] = system_keyrings,
    passphrase: Callable[[], str] | None = None,
) -> bytes:
    """Return the key of the store in `data`; make one only while there is no store yet. `passphrase` is asked only where one is set.

    Raise `NoKeyring`, `WrongKey`, `PassphraseNeeded` or `WrongPassphrase` with the remedy.
    """
    with _one_at_a_time(data):
        kept = _kept(data, key_file, keyrings)
    if not is_wrapped(kept):
        return bytes.fromhex(kept)
    if passphrase is None:
        raise PassphraseNeeded
    typed = passphrase()  # nobody else waits while a person thinks
    with _one_at_a_time(data):
        return _unwrapped(kept, typed, Tries(data))


def has_passphrase(data: Path, key_file: Path | None, keyrings: Callable[[], Sequence[KeyringBackend]] = system_keyrings) -> bool:
    """Say whether a passphrase opens the store; raise as `store_key`."""
    with _one_at_a_time(data):
        return is_wrapped(_kept(data, key_file, keyrings))


def rewrap(
    data: Path, key_file: Path | None, key: bytes, passphrase: str, keyrings: Callable[[], Sequence[KeyringBackend]] = system_keyrings
) -> None:
    """Keep the key wrapped by the passphrase, as it is for an empty one. The former stays until the new one was read back; raise as `store_key`."""
    text = wrap(key, passphrase) if passphrase else key.hex()
    if passphrase and unwrap(text, passphrase) != key:
        raise WrongKey("The key could not be wrapped: nothing was changed.")
    with _one_at_a_time(data):
        if key_file is not None:
            with translated(key_file):
                _write_file(key_file, text)
        else:
            _asked(partial(_replace, _backend_of(str(data.resolve()), tuple(_asked(keyrings))), str(data.resolve()), text))


def restore(data: Path, key_file: Path | None, key: bytes, keyrings: Callable[[], Sequence[KeyringBackend]] = system_keyrings) -> None:
    """Keep the key of a store whose key was lost, whatever lies in its place, without a passphrase; raise as `store_key`."""
    with _one_at_a_time(data):
        if key_file is not None:
            with translated(key_file):
                _write_file(key_file, key.hex())
        else:
            backends = tuple(_asked(keyrings))
            if not backends:
                raise NoKeyring(f"This computer offers no safe keyring for the key of the mail store. {_REMEDY}")
            _asked(partial(_keep, backends[0], str(data.resolve()), key.hex()))
        Tries(data).succeeded()


def _unwrapped(kept: str, passphrase: str, tries: Tries) -> bytes:
    tries.check()
    try:
        key = unwrap(kept, passphrase)
    except WrongPassphrase:
        tries.failed()
        raise
    tries.succeeded()
    return key


def _kept(data: Path, key_file: Path | None, keyrings: Callable[[], Sequence[KeyringBackend]]) -> str:
    """Return what the key file or a keyring holds, checked; a new key is made where there is no store yet."""
    if key_file is not None:
        return _in_file(key_file, _has_store(data))
    return _in_keyring(data, tuple(_asked(keyrings)))


def _in_file(path: Path, needed: bool) -> str:
    try:
        return _read_file(path)
    except FileNotFoundError:
        if needed:
            raise WrongKey(f"The key file {path} is missing: name the file that this store was made with.") from None
        with translated(path):
            return _write_file(path, secrets.token_bytes(_LENGTH).hex())
    except OSError as error:
        raise WrongKey(f"The key file {path} cannot be read ({error.strerror}): check its path and permissions.") from error


def _read_file(path: Path) -> str:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise WrongKey(f"The key file {path} is open to other users: run chmod 600 on it.")
        content = file.read(4096)
    text = content.hex() if len(content) == _LENGTH else content.decode("ascii", "replace").strip()
    if not _is_key(text):
        raise WrongKey(f"The key file {path} holds no key: it must have 64 hexadecimal digits or 32 bytes.")
    return text


def _is_key(text: str) -> bool:
    try:
        return is_wrapped(text) or len(bytes.fromhex(text)) == _LENGTH
    except ValueError:
        return False


def _write_file(path: Path, text: str) -> str:
    """Write a key completely or not at all: a half-written one would lose the store."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor with its mode
        file.write(text.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if _read_file(unfinished) != text:
        raise WrongKey(f"The key file {path} could not be written: nothing was changed.")
    unfinished.replace(path)
    return text


def _in_keyring(data: Path, backends: tuple[KeyringBackend, ...]) -> str:
    if not backends:
        raise NoKeyring(f"This computer offers no safe keyring for the key of the mail store. {_REMEDY}")
    account = str(data.resolve())
    found = [
        text for backend in backends for name in (account, account + _NEW) if (text := _asked(partial(backend.get_password, SERVICE, name)))
    ]
    if whole := next(filter(_is_key, found), None):
        return whole
    if found:
        raise WrongKey(f"The keyring's entry {SERVICE} is no key: restore the keyring, or name a --key-file.")
    if _has_store(data):
        raise WrongKey(f"The keyring no longer holds the key of the store in {data}: unlock or restore the keyring, or name a --key-file.")
    text = secrets.token_bytes(_LENGTH).hex()
    _asked(partial(_keep, backends[0], account, text))
    return text


def _backend_of(account: str, backends: Sequence[KeyringBackend]) -> KeyringBackend:
    """Return the keyring that holds the key."""
    return next(b for b in backends for name in (account, account + _NEW) if _asked(partial(b.get_password, SERVICE, name)))


def _replace(backend: KeyringBackend, account: str, text: str) -> None:
    """Put another text in the place of the kept one: the new one is there, and was read back, before the former goes."""
    _keep(backend, account + _NEW, text)
    _keep(backend, account, text)
    backend.delete_password(SERVICE, account + _NEW)


def _keep(backend: KeyringBackend, account: str, text: str) -> None:
    if isinstance(backend, WinVaultKeyring):
        backend.persist = "local machine"  # the key must not roam to other machines
    backend.set_password(SERVICE, account, text)
    if backend.get_password(SERVICE, account) != text:
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
