"""`securemail keys recovery-key|kept|recover`: make the organisation's recovery key, keep for it what opens mail, and get that back by two people.

`recovery-key` and the reading of a package need no network and no store of the user's: they are for a computer that is off the network.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.audit.journal import JournalError
from securemail_desktop.audit.recovery import RecoveredRecord
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.new_file import write_new
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.cli.ring import read_file
from securemail_desktop.cli.secret_file import read_secret
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.recovery.package import Contents, open_package
from securemail_desktop.encryption.recovery.shares import Share, make, read_share, united
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.session.put_key_back import put_key_back
from securemail_desktop.session.recovery import Kept, Safety
from securemail_desktop.session.session import now
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.passphrase import SHORTEST

ACTIONS = frozenset({"recovery-key", "kept", "recover"})
_SAID = {
    Safety.NONE: "Your organisation keeps no backup of your keys.",
    Safety.WAITING: "Your keys are not backed up for your organisation yet.",
    Safety.HERE: "A backup of your keys lies on this computer only.",
    Safety.KEPT: "Your keys are backed up for your organisation.",
}


def add_arguments(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    made = commands.add_parser("recovery-key", help="make the organisation's recovery key, of which two people are needed; do it offline")
    made.add_argument("--organisation", required=True, metavar="NAME")
    made.add_argument("--holder", action="append", required=True, metavar="NAME", help="who holds a part: two people or more")
    made.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="a new folder, best on a stick")
    commands.add_parser("kept", help="keep for the organisation what opens your mail, and say whether it is kept")
    recover = commands.add_parser("recover", help="two people get back what was kept; it opens old mail")
    recover.add_argument("package", type=Path, metavar="PACKAGE", help="a file from the organisation's folder, or recovery.p7m of --data")
    recover.add_argument("--share", action="append", required=True, type=Path, metavar="FILE", help="one person's part; twice")
    recover.add_argument("--reason", required=True, metavar="TEXT", help="why, for the audit")
    recover.add_argument("--store-key", action="store_true", help="the store of --data is there, but its key or passphrase is lost")
    for command in (made, recover):
        command.add_argument("--share-passphrase-file", action="append", default=[], metavar="FILE", help="each person's, in their order")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    try:
        match arguments.action:
            case "recovery-key":
                return _make(arguments)
            case "kept":
                return _kept(arguments)
            case _:
                return _recover(arguments)
    except (EncryptionError, StoreError, JournalError) as error:
        raise UsageError(str(error)) from error


def _make(arguments: argparse.Namespace) -> int:
    names: list[str] = arguments.holder
    passphrases = _passphrases(arguments, names, new=True)
    try:
        made = make(arguments.organisation, list(zip(names, passphrases, strict=True)), datetime.now(UTC))
    except ValueError as error:
        raise UsageError(f"{error}: name each with --holder.") from error
    certificate = arguments.output / "recovery-certificate.pem"
    shares = [arguments.output / f"share-{number}.json" for number in range(1, len(names) + 1)]
    try:
        arguments.output.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise UsageError(f"{arguments.output}: it cannot be made ({error.strerror}): name a new folder.") from error
    for path, content in ((certificate, made.certificate.encode("ascii")), *zip(shares, made.shares, strict=True)):
        write_new(path, content)
    _tell(certificate, dict(zip(names, shares, strict=True)), as_json=arguments.json)
    return Exit.DONE


def _tell(certificate: Path, shares: dict[str, Path], *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps({"certificate": str(certificate), "shares": {name: str(path) for name, path in shares.items()}}, ensure_ascii=False)
        )
        return
    print(f"{certificate}: put it into the policy, under recovery, and sign that.")
    for name, path in shares.items():
        print(f"{path}: for {name} alone. Move it to a stick, twice, and keep those in a safe.")
    print("Any two of them get back what was kept. With fewer it is lost.")


def _kept(arguments: argparse.Namespace) -> int:
    with opened_session(arguments) as session:
        kept = session.recovery.keep()
    if arguments.json:
        print(json.dumps(_document(kept), ensure_ascii=False))
    else:
        print(" ".join(filter(None, (_SAID[kept.safety], kept.problem))))
    return Exit.DONE if kept.safety is Safety.KEPT else Exit.NO


def _document(kept: Kept) -> dict[str, object]:
    since = kept.since.isoformat(timespec="seconds") if kept.since else None
    return {"kept": kept.safety.value, "since": since, "problem": kept.problem}


def _recover(arguments: argparse.Namespace) -> int:
    package = read_file(arguments.package, "name what was kept.")
    shares = _shares(arguments.share)
    passphrases = _passphrases(arguments, [share.holder for share in shares], new=False)
    key = united(shares[0], shares[1], (passphrases[0], passphrases[1]))
    contents = open_package(package, key)
    holders, certificate = [share.holder for share in shares], sha256_of(key.certificate)
    record = RecoveredRecord(
        certificate, contents.addresses, holders, arguments.reason, len(contents.certificates) + len(contents.openpgp), arguments.store_key
    )
    back = _store_key(arguments, contents, record) if arguments.store_key else _keys(arguments, contents, record)
    print(
        json.dumps({"whose": list(contents.addresses), "made": contents.made.isoformat(), "back": back}) if arguments.json else _said(back)
    )
    return Exit.DONE


def _said(back: Sequence[str]) -> str:
    if back == ["store"]:
        return "The store opens again, without a passphrase: set a new one with securemail lock set-passphrase."
    return (
        f"{len(back)} keys are back; they open old mail. Make or import new ones for new mail." if back else "All of it was there already."
    )


def _store_key(arguments: argparse.Namespace, contents: Contents, record: RecoveredRecord) -> list[str]:
    put_key_back(arguments.data, arguments.key_file, contents.store_key, record, now)
    return ["store"]


def _keys(arguments: argparse.Namespace, contents: Contents, record: RecoveredRecord) -> list[str]:
    with opened_session(arguments) as session:
        return [taken.name for taken in session.recovery.take_back(contents, record)]


def _shares(paths: Sequence[Path]) -> tuple[Share, ...]:
    if len(paths) != 2:
        raise UsageError("two people are needed: name the files of both with --share.")
    return tuple(read_share(read_file(path, "name a person's part of the recovery key.")) for path in paths)


def _passphrases(arguments: argparse.Namespace, names: Sequence[str], *, new: bool) -> list[str]:
    """Return each person's passphrase, from files or typed in turn; raise `UsageError`."""
    files: list[str] = arguments.share_passphrase_file
    if files and len(files) != len(names):
        raise UsageError("name a --share-passphrase-file for each person, in the same order.")
    if not files and not sys.stdin.isatty():
        raise UsageError("each person's passphrase is asked for in a terminal, or read from a --share-passphrase-file.")
    found = [read_secret(file, "passphrase") for file in files] or [_typed(name, new=new) for name in names]
    if new and any(len(passphrase) < SHORTEST for passphrase in found):
        raise UsageError(f"a passphrase has {SHORTEST} characters or more; several words are best.")
    return found


def _typed(name: str, *, new: bool) -> str:
    passphrase = getpass.getpass(f"{name}, your passphrase (the others look away): ")
    if new and passphrase != getpass.getpass(f"{name}, the same again: "):
        raise UsageError("the two differ: nothing was made.")
    return passphrase
