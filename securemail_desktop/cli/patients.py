"""`securemail patients`: the organisation's patient list on this device."""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.phi.errors import PatientListError
from securemail_desktop.policy.folder import MAIN
from securemail_desktop.session.session import Session

_MOST_TOLD = 5  # line numbers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="import|status|remove")
    taken = commands.add_parser("import", help="replace the list by a table: CSV with a line of column names")
    taken.add_argument("file", metavar="FILE.csv|-", help="columns mrn, given, family, birth, email, any of them; - reads standard input")
    status = commands.add_parser("status", help="how many patients the list has, and since when")
    status.add_argument("--json", action="store_true", help="print one JSON document")
    commands.add_parser("remove", help="give the list up")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    with opened_session(arguments) as session:
        match arguments.action:
            case "import":
                _import(arguments.file, session)
            case "remove":
                session.patients.remove()
                print("The patient list is removed from this device.")
            case _:
                _tell(session, as_json=arguments.json)
    return Exit.DONE


def _import(name: str, session: Session) -> None:
    _refuse_policy_folder(name)
    try:
        with _opened(name) as lines:
            built = session.patients.take(lines)
    except PatientListError as error:
        raise UsageError(str(error)) from error
    print(f"{_counted(built.patients)} on the list of this device now. A window that is open uses it from now on.")
    if built.left_out:
        numbers = ", ".join(map(str, built.left_out[:_MOST_TOLD])) + (" ..." if len(built.left_out) > _MOST_TOLD else "")
        print(f"note: {len(built.left_out)} lines say nothing of a patient and are left out: {numbers}", file=sys.stderr)


def _refuse_policy_folder(name: str) -> None:
    """Policy is read by everybody and published: a table of patients may not lie there, in whichever policy's folder."""
    if name != "-" and any((folder / MAIN).is_file() for folder in Path(name).resolve().parents):
        raise UsageError(f"{name} lies in a policy folder, which is published: keep patients out of it. Nothing was changed.")


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
        return
    try:
        with Path(name).open(encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error


def _tell(session: Session, *, as_json: bool) -> None:
    head = session.patients.head
    if as_json:
        print(json.dumps({"patients": head.patients, "made": head.made or None}))
    elif head.patients:
        print(f"{_counted(head.patients)} on the list, since {head.made}.")
    else:
        print("There is no patient list on this device.")


def _counted(patients: int) -> str:
    return "1 patient is" if patients == 1 else f"{patients:,} patients are"
