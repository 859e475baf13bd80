"""`securemail keys discover ADDRESS`: ask everybody whom the policy lets this program ask for an address's keys, and say what each said."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.encryption.discovery.answer import Answer
from securemail_desktop.encryption.promise import Promise
from securemail_desktop.encryption.record import KeyRecord
from securemail_desktop.encryption.status import status_of
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError


def add_arguments(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    discover = commands.add_parser("discover", help="ask directories, the recipient's domain and DNS for an address's keys")
    discover.add_argument("address", metavar="ADDRESS")


def run(arguments: argparse.Namespace) -> int:
    """Do it; the answer is yes (exit code 0) when a key of the address can be used now."""
    address = _address(arguments.address)
    with opened_session(arguments) as session:
        answers, promises = session.keys.look_ups.ask(address), session.keys.look_ups.promises(address)
        ring = session.ring
        records = ring.records_of(address)
        reasons = {record.name: status_of(record, ring, datetime.now(UTC)) for record in records}
        _print_json(answers, promises, records, reasons) if arguments.json else _print(answers, promises, records, reasons)
    return Exit.DONE if not all(reasons.values()) else Exit.NO


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except AddressError as error:
        raise UsageError(f"{text!r} is not one mail address.") from error


def _print(answers: Sequence[Answer], promises: Sequence[Promise], records: Sequence[KeyRecord], reasons: dict[str, str]) -> None:
    for answer in answers:
        print(f"{answer.origin.value:<8} {answer.outcome.value:<9} {answer.said}")
    for promise in promises:
        print(f"{promise.kind.value:<8} {_outcome(promise):<9} {promise.said.rstrip('.')}.")
    for record in records:
        print(f"{record.method.value:<8} {record.key}\n         {record.evidence}\n         {reasons[record.name] or 'it can be used'}")
    if not records:
        print("No key is known for this address.")


def _print_json(answers: Sequence[Answer], promises: Sequence[Promise], records: Sequence[KeyRecord], reasons: dict[str, str]) -> None:
    said = [
        {
            "source": a.origin.value,
            "outcome": a.outcome.value,
            "said": a.said,
            "keys": list(a.keys),
            "at": a.at.isoformat(timespec="seconds"),
        }
        for a in answers
    ]
    keys = [
        {
            "method": record.method.value,
            "key": record.key,
            "source": record.origin.value,
            "evidence": record.evidence,
            "obtained": record.obtained.isoformat(timespec="seconds"),
            "accepted": record.accepted,
            "usable": not reasons[record.name],
            "reason": reasons[record.name],
        }
        for record in records
    ]
    promised = [
        {"kind": p.kind.value, "outcome": _outcome(p), "said": p.said, "confirmed": p.confirmed.isoformat(timespec="seconds")}
        for p in promises
    ]
    print(json.dumps({"answers": said, "promises": promised, "keys": keys}, ensure_ascii=False))


def _outcome(promise: Promise) -> str:
    if promise.failed:
        return "failed"
    return "promised" if promise.held else "nothing"
