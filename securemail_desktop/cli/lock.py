"""`securemail lock`: the passphrase that opens the mail store, in the window, at its start and for every command."""

import argparse
import getpass
import sys
from contextlib import closing

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.secret_file import passphrase_of, read_secret
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.opening import open_store
from securemail_desktop.store.passphrase import SHORTEST
from securemail_desktop.store.secrets import rewrap, store_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="set-passphrase|remove-passphrase")
    setting = commands.add_parser("set-passphrase", help="set a passphrase, or another one; nobody can open the store without it")
    setting.add_argument("--new-passphrase-file", metavar="FILE|-", help="file with the new passphrase; asked for when left out")
    commands.add_parser("remove-passphrase", help="let the keyring or the key file open the store again")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    try:
        key = store_key(arguments.data, arguments.key_file, passphrase=passphrase_of(arguments))
        with closing(open_store(arguments.data, key)):
            pass  # the key opens this store, and the store is there
        new = _new(arguments) if arguments.action == "set-passphrase" else ""
        rewrap(arguments.data, arguments.key_file, key, new)
    except StoreError as error:
        raise UsageError(str(error)) from error
    print("The passphrase is set. Keep it safe: nobody can open the mail store without it." if new else "The passphrase is removed.")
    return Exit.DONE


def _new(arguments: argparse.Namespace) -> str:
    new = _typed() if arguments.new_passphrase_file is None else read_secret(arguments.new_passphrase_file, "new passphrase")
    if len(new) < SHORTEST:
        raise UsageError(f"the passphrase is too short: choose one of at least {SHORTEST} characters, several words are best.")
    return new


def _typed() -> str:
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the new passphrase: name --new-passphrase-file FILE, or - for standard input.")
    new = getpass.getpass("New passphrase: ")
    if getpass.getpass("Once more: ") != new:
        raise UsageError("the two passphrases differ: nothing was changed.")
    return new
