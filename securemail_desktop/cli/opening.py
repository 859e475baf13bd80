"""Opens the encrypted store for a command, with what goes wrong said as usage."""

import argparse

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.secret_file import passphrase_of
from securemail_desktop.store import opening
from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.secrets import store_key


def open_store(arguments: argparse.Namespace) -> Database:
    """Return the store of `--data` with the key of `--key-file` or the keyring, made where there is none; raise `UsageError`."""
    try:
        return opening.open_store(arguments.data, store_key(arguments.data, arguments.key_file, passphrase=passphrase_of(arguments)))
    except StoreError as error:
        raise UsageError(str(error)) from error
