"""`securemail audit`: the journal on this machine: show, verify, sync with the central store; enrol this device there."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from securemail_desktop.audit.anchor import missing
from securemail_desktop.audit.canonical import Json, parse_canonical
from securemail_desktop.audit.central_check import CentralVerification, verify_central
from securemail_desktop.audit.device import DeviceError, load_device
from securemail_desktop.audit.enrol import enrol_device, load_enrolment, open_central
from securemail_desktop.audit.journal import Journal, JournalDamaged, JournalError, Signed, Verification, journal_path
from securemail_desktop.audit.sync import sync
from securemail_desktop.central.client import CentralClient
from securemail_desktop.central.enrolment import Enrolment, EnrolmentDamaged
from securemail_desktop.central.errors import Away, CentralError
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening import open_store
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault


@dataclass(frozen=True, slots=True)
class _Opened:
    """The open store and journal."""

    settings: Settings
    vault: Vault
    journal: Journal

    def enrolment(self) -> Enrolment:
        """Return the enrolment; raise `UsageError` where there is none."""
        enrolment = load_enrolment(self.settings)
        if enrolment is None:
            raise UsageError("this device is not enrolled; do so with: securemail audit enrol URL --token-file FILE")
        return enrolment

    def central(self) -> CentralClient:
        """Return the central server's client."""
        return open_central(self.enrolment(), self.vault)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="list the records; sealed fields stay sealed")
    show.add_argument("--last", type=int, default=0, metavar="N", help="only the last N records")
    verify = commands.add_parser("verify", help="check every record; 1 when one is wrong, and which")
    verify.add_argument("--central", action="store_true", help="also against the central store's log")
    synchronize = commands.add_parser("sync", help="hand what waits to the central store; 75 when it is away")
    enrol = commands.add_parser("enrol", help="enrol this device at a central server")
    enrol.add_argument("url", help="the server's address: https://...")
    enrol.add_argument("--token-file", type=Path, required=True, help="file that holds the one-time token, - for standard input")
    enrol.add_argument("--ca-file", type=Path, default=None, help="PEM file of private roots, instead of the system's trust store")
    for command in (show, verify, synchronize, enrol):
        command.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    commands = {"show": _show, "verify": _verify, "sync": _sync, "enrol": _enrol}
    try:
        with _open(arguments, create=arguments.command == "enrol") as opened:
            return commands[arguments.command](arguments, opened)
    except JournalDamaged as error:
        _report(arguments, Verification(0, str(error), ()), None, "")
        return Exit.NO
    except (StoreError, DeviceError, EnrolmentDamaged, JournalError) as error:
        raise UsageError(str(error)) from error


@contextmanager
def _open(arguments: argparse.Namespace, *, create: bool) -> Iterator[_Opened]:
    path = journal_path(arguments.data)
    if not create and not path.exists():
        raise UsageError(f"there is no journal in {arguments.data}; name the right folder with --data")
    database = open_store(arguments)
    try:
        settings, vault = Settings(database), Vault(database)
        journal = Journal(path, load_device(settings, vault))
        try:
            yield _Opened(settings, vault, journal)
        finally:
            journal.close()
    finally:
        database.close()


def _show(arguments: argparse.Namespace, opened: _Opened) -> int:
    records = opened.journal.records()[-arguments.last :]
    if arguments.json:
        _print({"records": [parse_canonical(record.record) for record in records]})
    else:
        for record in records:
            print(_line(record))
    return Exit.DONE


def _line(record: Signed) -> str:
    members = parse_canonical(record.record)
    recipients = members.get("rcpt")
    ways = (
        [f"{item['dom'] or 'sealed'}:{item['via']}" for item in recipients if isinstance(item, dict)]
        if isinstance(recipients, list)
        else []
    )
    words = [str(members[name]) for name in ("act", "phase", "out") if name in members]
    return " ".join([str(members["t"]), f"{record.seq:>5}", record.rid, *dict.fromkeys(words), *ways])


def _verify(arguments: argparse.Namespace, opened: _Opened) -> int:
    found = opened.journal.verify()
    if not found.problem:
        found = replace(found, problem=missing(opened.journal, opened.settings))
    central: CentralVerification | None = None
    away = ""
    if arguments.central and not found.problem:
        try:
            with opened.central() as client:
                central = verify_central(opened.journal, client, opened.enrolment().checkpoint_key)
        except CentralError as error:
            away = str(error)
    _report(arguments, found, central, away)
    if found.problem or (central is not None and not central.verified):
        return Exit.NO
    return Exit.UNDECIDED if away else Exit.DONE


def _report(arguments: argparse.Namespace, found: Verification, central: CentralVerification | None, away: str) -> None:
    if arguments.json:
        document: dict[str, Json] = {"records": found.records, "problem": found.problem, "unproven": list(found.unproven)}
        if central is not None or away:
            document["central"] = _central_document(central, away)
        _print(document)
        return
    print(f"{found.records} records: {found.problem or 'every one is right'}")
    for line in found.unproven:
        print(f"not proven: {line}")
    if central is not None:
        said = central.problem or f"all {central.records} acknowledged records are in its log of {central.tree_size}"
        print(f"central store: {said}")
    elif away:
        print(f"central store: not checked. {away}")


def _central_document(central: CentralVerification | None, away: str) -> Json:
    if central is None:
        return {"records": 0, "tree_size": 0, "verified": False, "problem": away}
    return {"records": central.records, "tree_size": central.tree_size, "verified": central.verified, "problem": central.problem}


def _sync(arguments: argparse.Namespace, opened: _Opened) -> int:
    with opened.central() as client:
        synced = sync(opened.journal, client)
    if arguments.json:
        _print({"acknowledged": synced.acknowledged, "waiting": synced.waiting, "problem": synced.problem})
    else:
        print(f"{synced.acknowledged} records handed over, {synced.waiting} waiting. {synced.problem}".rstrip())
    if not synced.problem:
        return Exit.DONE
    return Exit.LATER if synced.temporary else Exit.NO


def _enrol(arguments: argparse.Namespace, opened: _Opened) -> int:
    ca_file = str(arguments.ca_file.resolve()) if arguments.ca_file else ""
    token = _read_token(arguments.token_file)
    try:
        if (former := load_enrolment(opened.settings)) is not None:
            with open_central(former, opened.vault) as client:
                sync(opened.journal, client)
        with CentralClient(arguments.url, ca_file=ca_file) as client:
            device = enrol_device(client, arguments.url, ca_file, token, opened.settings, opened.vault)
    except CentralError as error:
        print(f"securemail audit: {error}", file=sys.stderr)
        return Exit.LATER if isinstance(error, Away) else Exit.NO
    if arguments.json:
        _print({"organization": device.organization, "device": device.device, "epoch": device.epoch})
    else:
        print(f"This device is enrolled at {device.organization}.")
    return Exit.DONE


def _read_token(path: Path) -> str:
    try:
        token = (sys.stdin.readline() if str(path) == "-" else path.read_text()).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the token file {path} cannot be read") from error
    if not token:
        raise UsageError(f"the token file {path} is empty; ask your administrator for a token")
    return token


def _print(document: Json) -> None:
    print(json.dumps(document, ensure_ascii=False))
