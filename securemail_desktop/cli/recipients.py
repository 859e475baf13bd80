"""`securemail recipients check`: concerns about recipients, of message files or of a mailbox's stream of JSON lines.

The stream is one mailbox in time order: `user`, then `sent` and `recv` (learned), and `draft`, answered at once by one line and never learned.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.message.errors import MessageError
from securemail_desktop.recipients.calibrate import prepare, stale
from securemail_desktop.recipients.check import check_recipients, judge
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.index import Correspondence, RecipientIndex
from securemail_desktop.recipients.thread import Thread


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="concerns about the recipients of drafts")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE.eml", help="drafts as message files")
    check.add_argument("--jsonl", action="store_true", help="read a mailbox's stream from standard input, one JSON object a line")
    check.add_argument(
        "--history", type=Path, action="append", default=[], help="mbox file, Maildir or folder of .eml files: what the user sent and got"
    )
    check.add_argument("--inside", action="append", default=[], metavar="DOMAIN", help="a domain of the organisation")
    check.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Answer the stream, or print the files' concerns; 1 when one of them would interrupt."""
    if arguments.jsonl:
        Stream(tuple(arguments.inside)).run()
        return Exit.DONE
    if not arguments.files:
        raise UsageError("name a message file, or use --jsonl to read a mailbox's stream from standard input")
    return _files(arguments)


class Stream:
    """One mailbox's stream: the index grows line by line, drafts are answered in between."""

    def __init__(self, inside: tuple[str, ...]) -> None:
        """Begin without a user; the first line names him."""
        self._inside = inside
        self._user: Address | None = None
        self._index = RecipientIndex((), inside)

    def run(self) -> None:
        """Read standard input to its end; each draft's answer is flushed at once."""
        for line in sys.stdin:
            answer = self.line(line)
            if answer is not None:
                sys.stdout.write(json.dumps(answer) + "\n")
                sys.stdout.flush()

    def line(self, line: str) -> dict[str, object] | None:
        """Take in one line; return the answer that it calls for, None for history."""
        entry: object = None
        try:
            entry = json.loads(line)
            return self._entry(entry) if isinstance(entry, dict) else {"id": None, "error": "the line is not a JSON object"}
        except (ValueError, KeyError, TypeError, IndexError, MessageError) as error:
            return _refusal(entry, _fault(error))

    def _entry(self, entry: dict[str, Any]) -> dict[str, object] | None:
        if entry["type"] == "user":
            self._user = _address((entry.get("name", ""), entry["addr"]))
            self._index = RecipientIndex((self._user,), self._inside)
            return None
        if self._user is None:
            raise ValueError("the first line must name the user")
        return self._message(entry, self._user)

    def _message(self, entry: dict[str, Any], user: Address) -> dict[str, object] | None:
        match entry["type"]:
            case "sent":
                self._index.learn_sent(_correspondence(entry, user))
            case "recv":
                self._index.learn_received(_correspondence(entry, _address(entry["from"])))
            case "draft":
                return self._answer(entry, user)
            case kind:
                raise ValueError(f"the type {kind!r} is not user, sent, recv or draft")
        return None

    def _answer(self, entry: dict[str, Any], user: Address) -> dict[str, object]:
        draft = _draft(entry, user)
        if stale(self._index):
            prepare(self._index)
        verdict = judge(draft, _thread(entry.get("parent")), self._index, phi=True)
        keys = [recipient.address.key for recipient in draft.recipients]
        risk = [round(verdict.risks.get(key, 0.0), 9) for key in keys]
        sheets = {c.recipient for c in verdict.concerns if c.tier is Tier.SHEET}
        return {"id": entry["id"], "risk": risk, "warn": [i for i, key in enumerate(keys) if key in sheets]}


def _refusal(entry: object, fault: str) -> dict[str, object] | None:
    """Return the answer to a bad line. History is never answered, whatever is wrong with it: its fault goes to standard error."""
    if isinstance(entry, dict) and entry.get("type") in {"sent", "recv"}:
        print(f"a line of history is left out: {fault}", file=sys.stderr)
        return None
    return {"id": entry.get("id") if isinstance(entry, dict) else None, "error": fault}


def _fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    return f"the field {error} is missing" if isinstance(error, KeyError) else str(error)


@lru_cache(maxsize=100_000)
def _parsed(text: str) -> Address:
    return parse_address(text)


def _address(pair: "list[str] | tuple[str, str]") -> Address:
    mailbox = _parsed(pair[1])
    return Address(mailbox.local, mailbox.domain, pair[0] or "")


def _addresses(pairs: "list[list[str]]") -> tuple[Address, ...]:
    return tuple(_address(pair) for pair in pairs)


def _readable(pairs: "list[list[str]]") -> Iterator[Address]:
    """Yield the addresses that can be read: old mail holds all kinds of text, and history need not be whole."""
    for pair in pairs:
        try:
            yield _address(pair)
        except MessageError:
            continue


def _correspondence(entry: dict[str, Any], sender: Address) -> Correspondence:
    return Correspondence(
        sender=sender,
        to=tuple(_readable(entry.get("to", []))),
        cc=tuple(_readable(entry.get("cc", []))),
        date=datetime.fromtimestamp(entry["ts"], UTC),
        message_id=entry.get("id", ""),
        in_reply_to=entry.get("irt") or "",
        subject=entry.get("subject", ""),
        text=entry.get("body", ""),
    )


def _draft(entry: dict[str, Any], sender: Address) -> Draft:
    recipients = [Recipient(a, AddressField.TO) for a in _addresses(entry.get("to", []))]
    recipients += [Recipient(a, AddressField.CC) for a in _addresses(entry.get("cc", []))]
    when = datetime.fromtimestamp(entry["ts"], UTC)
    return Draft(sender, tuple(recipients), entry.get("subject", ""), entry.get("body", ""), "", when, in_reply_to=entry.get("irt") or "")


def _thread(parent: dict[str, Any] | None) -> Thread:
    if not parent:
        return Thread()
    author, *others = [a.key for a in _readable([parent["from"], *parent.get("to", []), *parent.get("cc", [])])]
    people = frozenset((author, *others))
    return Thread(known=True, author=author, parent=people, people=people)


def _files(arguments: argparse.Namespace) -> int:
    from securemail_desktop.cli.history import learn, read_history
    from securemail_desktop.message.text.body import field_texts
    from securemail_desktop.phi.scan import scan
    from securemail_desktop.session.attachment_texts import AttachmentTexts

    results = []
    history = read_history(arguments.history)
    with AttachmentTexts() as texts:
        for draft in [_read(path) for path in arguments.files]:
            index = RecipientIndex((draft.sender,), arguments.inside)
            learn(index, history)
            texts.read(draft.attachments)
            fields = field_texts(draft, texts.text)
            found = scan([(field.field, field.text) for field in fields])
            results.append(check_recipients(draft, index, found, fields))
    _print(arguments, results)
    return Exit.NO if any(concern.tier is Tier.SHEET for result in results for concern in result) else Exit.DONE


def _read(path: Path) -> Draft:
    from securemail_desktop.message.parse import parse_draft

    try:
        return parse_draft(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except MessageError as error:
        raise UsageError(f"{path} is not a message: {error}") from error


def _print(arguments: argparse.Namespace, results: list[tuple[Concern, ...]]) -> None:
    documents = [{"draft": path.name, "concerns": [_plain(c) for c in found]} for path, found in zip(arguments.files, results, strict=True)]
    if arguments.json:
        print(json.dumps({"drafts": documents}, ensure_ascii=False, indent=2))
        return
    for path, found in zip(arguments.files, results, strict=True):
        print(f"{path.name}: {'nothing to say' if not found else ''}")
        for concern in found:
            print(f"  {concern.tier.name.lower():<6}{concern.message}")


def _plain(concern: Concern) -> dict[str, object]:
    return {
        "check": concern.check,
        "tier": int(concern.tier),
        "recipient": concern.recipient,
        "message": concern.message,
        "choices": list(concern.choices),
        "risk": concern.risk,
    }
