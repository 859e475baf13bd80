"""Secrets that a command needs, read from a file, standard input or the terminal, never from an argument: everybody on the machine can see those."""

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.store.errors import PassphraseNeeded


def read_secret(source: str, what: str) -> str:
    """Return the one line of the file, or of standard input for `-`; raise `UsageError`."""
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: the {what} cannot be read: check the path, and that the file is UTF-8 text.") from error
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret or "\n" in secret or "\0" in secret:
        raise UsageError(f"{source}: it must hold one line with the {what}.")
    return secret


def passphrase_of(arguments: argparse.Namespace) -> Callable[[], str]:
    """Return what gives the passphrase of the store where one is set: `--passphrase-file`, or the terminal. It raises `PassphraseNeeded`."""

    def give() -> str:
        if arguments.passphrase_file is not None:
            return read_secret(arguments.passphrase_file, "passphrase")
        if not sys.stdin.isatty():
            raise PassphraseNeeded
        return getpass.getpass("Passphrase of the mail store: ")

    return give
