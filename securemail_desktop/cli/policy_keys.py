"""`securemail policy key`: makes a key that signs policies; and the keys that other commands sign with."""

import argparse
import getpass
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError
from securesystemslib.signer import CryptoSigner

from securemail_desktop.central.publishing.errors import KeyRefused
from securemail_desktop.central.publishing.folder import write_whole
from securemail_desktop.central.publishing.keys import make_key, needs_passphrase, signer_of
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.secret_file import read_secret
from securemail_desktop.store.secrets import system_keyrings

SERVICE = "securemail-policy-keys"
_KEYRING = "keyring:"


def run(arguments: argparse.Namespace) -> int:
    """Make the key; raise `UsageError`, `KeyRefused`."""
    place: str = arguments.key
    name = place.removeprefix(_KEYRING)
    public = arguments.public or Path(f"{name}.pub")
    for path in (public, *(() if place.startswith(_KEYRING) else (Path(place),))):
        if path.exists():
            raise UsageError(f"{path} is there already; a key is never replaced.")
    pem, document = make_key(arguments.owner, "" if arguments.no_passphrase else _new_passphrase(arguments))
    try:
        if place.startswith(_KEYRING):
            _keyring().set_password(SERVICE, name, pem)
        else:
            write_whole(Path(place), pem.encode(), 0o600)
        write_whole(public, document.encode())
    except (OSError, KeyringError) as error:
        raise UsageError(f"The key cannot be kept: {error}") from error
    print(f"Made the key of {arguments.owner}: {place}. Its public half is {public}; only that goes to others.")
    return Exit.DONE


def signers(arguments: argparse.Namespace) -> tuple[CryptoSigner, ...]:
    """Return what signs with the keys that were given; raise `UsageError`, `KeyRefused`."""
    passphrases = iter(arguments.key_passphrase_file)
    return tuple(_signer(place, passphrases) for place in arguments.key)


def _signer(place: str, passphrases: Iterator[str]) -> CryptoSigner:
    pem = _pem(place)
    return signer_of(pem, _passphrase(place, passphrases) if needs_passphrase(pem) else "", place)


def _pem(place: str) -> str:
    try:
        if not place.startswith(_KEYRING):
            return Path(place).read_text(encoding="ascii")
        pem = _keyring().get_password(SERVICE, place.removeprefix(_KEYRING))
    except (OSError, UnicodeDecodeError, KeyringError) as error:
        raise KeyRefused(f"{place}: the key cannot be read: {error}") from error
    if pem is None:
        raise KeyRefused(f"{place}: the keyring has no such key.")
    return pem


def _passphrase(place: str, files: Iterator[str]) -> str:
    source = next(files, None)
    if source is not None:
        return read_secret(source, "passphrase of a key")
    if not sys.stdin.isatty():
        raise UsageError(f"{place} has a passphrase: name a file with --key-passphrase-file, or use a terminal.")
    return getpass.getpass(f"Passphrase of {place}: ")


def _new_passphrase(arguments: argparse.Namespace) -> str:
    files: Sequence[str] = arguments.key_passphrase_file
    if files:
        return read_secret(files[0], "passphrase of a key")
    if not sys.stdin.isatty():
        raise UsageError("The new key needs a passphrase: name a file with --key-passphrase-file, or use a terminal.")
    chosen = getpass.getpass("New passphrase of the key: ")
    if not chosen or getpass.getpass("Again: ") != chosen:
        raise UsageError("The passphrases are empty or differ; no key was made.")
    return chosen


def _keyring() -> KeyringBackend:
    found = system_keyrings()
    if not found:
        raise UsageError("This system has no keyring that keeps keys; name a file instead.")
    return found[0]
