"""`securemail keys`: own and others' keys and certificates: list and import here.

`keys_change` changes them, `keys_discover` asks others, `keys_recovery` has to do with the organisation's recovery key.

Passwords are read from a file, standard input or the terminal, never from an argument: arguments can be seen by everybody on the machine.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.cli import keys_change, keys_discover, keys_recovery
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.ring import open_ring, read_file
from securemail_desktop.cli.secret_file import read_secret
from securemail_desktop.encryption.errors import NotImportable
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.status import status_of

_ACTIONS = "list|import|discover|create|export|publish|accept|revoke|cannot-open|recovery-key|kept|recover"
_WHOSE = {Role.OWN: "your own", Role.OTHER: "correspondent", Role.AUTHORITY: "authority"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="action", required=True, metavar=_ACTIONS)
    commands.add_parser("list", help="list all keys and certificates")
    imported = commands.add_parser("import", help="import PKCS #12, PEM, DER or OpenPGP files")
    imported.add_argument("files", nargs="+", type=Path, metavar="FILE")
    imported.add_argument("--accept", action="store_true", help="trust these keys: you compared their fingerprints with the owners")
    imported.add_argument("--password-file", metavar="FILE|-", help="file with the password of private keys, - for standard input")
    keys_discover.add_arguments(commands)
    keys_change.add_arguments(commands)
    keys_recovery.add_arguments(commands)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    if arguments.action == "discover":
        return keys_discover.run(arguments)
    if arguments.action in keys_recovery.ACTIONS:
        return keys_recovery.run(arguments)
    with open_ring(arguments) as ring:
        records = _records(arguments, ring)
        _print(records, ring, as_json=arguments.json)
    return Exit.DONE


def _records(arguments: argparse.Namespace, ring: KeyRing) -> tuple[KeyRecord, ...]:
    match arguments.action:
        case "list":
            return ring.records()
        case "import":
            return tuple(_import(arguments, ring))
        case _:
            return keys_change.change(arguments, ring)


def _import(arguments: argparse.Namespace, ring: KeyRing) -> Iterator[KeyRecord]:
    password = read_secret(arguments.password_file, "password") if arguments.password_file else ""
    for path in arguments.files:
        content = read_file(path, "name a key or certificate file.")
        try:
            yield from _import_asking(content, password, path, arguments, ring)
        except NotImportable as error:
            hint = "" if password else " If it has a password, name it with --password-file."
            raise UsageError(f"{path}: {error}{hint}") from error


def _import_asking(content: bytes, password: str, path: Path, arguments: argparse.Namespace, ring: KeyRing) -> tuple[KeyRecord, ...]:
    now = datetime.now(UTC)
    try:
        return import_file(content, password, arguments.accept, ring, now)
    except NotImportable:
        if password or not sys.stdin.isatty():
            raise
    return import_file(content, getpass.getpass(f"Password of {path}: "), arguments.accept, ring, now)


def _print(records: tuple[KeyRecord, ...], ring: KeyRing, *, as_json: bool) -> None:
    now = datetime.now(UTC)
    if as_json:
        print(json.dumps([_document(record, ring, now) for record in records], ensure_ascii=False))
        return
    for record in records:
        state = status_of(record, ring, now) or record.evidence
        print(f"{record.method.value:<8} {_WHOSE[record.role]:<13} {', '.join(record.addresses) or '-'}")
        print(f"         {record.key}\n         {state}")
    if not ring.records():
        print("No key yet. Import some: securemail keys import FILE")


def _document(record: KeyRecord, ring: KeyRing, now: datetime) -> dict[str, object]:
    reason = status_of(record, ring, now)
    return {
        "method": record.method.value,
        "key": record.key,
        "role": record.role.value,
        "addresses": list(record.addresses),
        "accepted": record.accepted,
        "refused": record.refused,
        "usable": not reason,
        "reason": reason,
        "evidence": record.evidence,
        "obtained": record.obtained.isoformat(timespec="seconds"),
    }
