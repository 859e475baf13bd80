"""The command line's entry: one module a command, imported only when it is called, so that `securemail scan` starts at once.

A command module has `add_arguments(parser)` and `run(arguments) -> int`; `--data`, `--key-file` and `--passphrase-file`
are on every command.
"""

import argparse
import os
import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from securemail_desktop.cli.exit import Exit, UsageError

COMMANDS = {
    "accounts": "mail accounts: add, list, test, default, remove",
    "audit": "the journal on this machine: show, verify, sync",
    "demo": "the demo organisation on loopback",
    "doctor": "what is set up, what is not, what to do",
    "keys": "own and others' keys and certificates: list, import, discover",
    "lock": "the passphrase that opens the mail store: set-passphrase, remove-passphrase",
    "open": "decrypt and verify a message file",
    "patients": "the patient list of your organisation on this device: import, status, remove",
    "policy": "make, check, try, explain, compare, sign and hand out policies",
    "protect": "what would go on the wire for one recipient",
    "recipients": "concerns about recipients",
    "scan": "patient data in messages",
    "send": "the whole send path on a message file",
    "serve": "the central server",
}


class Command(Protocol):
    """What a command module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; return the exit code."""


def run(arguments: list[str]) -> int:
    """Run one command; return the exit code of the contract."""
    if not arguments or arguments[0] not in COMMANDS:
        return _overview(arguments)
    name = arguments[0]
    command = cast("Command", import_module(f"securemail_desktop.cli.{name}"))
    common = _common()
    parser = argparse.ArgumentParser(prog=f"securemail {name}", description=COMMANDS[name], parents=[common])
    command.add_arguments(parser)
    # Taken out first, wherever they stand: behind a subcommand argparse would not know them.
    chosen, rest = common.parse_known_args(arguments[1:])
    try:
        code = command.run(parser.parse_args(rest, chosen))
        sys.stdout.flush()
    except UsageError as error:
        print(f"securemail {name}: {error}", file=sys.stderr)
        return Exit.USAGE
    except KeyboardInterrupt:
        print(f"securemail {name}: interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it flushes at its end
        return Exit.UNREAD
    return code


def data_folder() -> Path:
    """Return where the program keeps its store when `--data` names no other place."""
    return Path.home() / ".local" / "share" / "securemail"


def _common() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder of store, keys and journal")
    parser.add_argument("--key-file", type=Path, default=None, help="file with the store key, instead of the keyring")
    parser.add_argument("--passphrase-file", default=None, metavar="FILE|-", help="file with the passphrase of the store, where one is set")
    return parser


def _overview(arguments: list[str]) -> int:
    lines = ["usage: securemail [COMMAND] ...", "", "Without a command the desktop app opens.", ""]
    lines += [f"  {name:<12}{summary}" for name, summary in COMMANDS.items()]
    wanted = bool(arguments) and arguments[0] in {"-h", "--help", "help"}
    if arguments and not wanted:
        near = get_close_matches(arguments[0], COMMANDS, 1)
        lines += ["", f"securemail: no command '{arguments[0]}'" + (f"; did you mean {near[0]}?" if near else "")]
    print("\n".join(lines), file=sys.stdout if wanted else sys.stderr)
    return Exit.DONE if wanted else Exit.USAGE
