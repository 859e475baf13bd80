"""`securemail send`: the whole send path on a message file."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.cli.report import exit_code, message_document, message_lines
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.state import Answer, Receipt, Review
from securemail_desktop.session.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.eml", help="the message file; Bcc is read and never sent")
    parser.add_argument("--account", default="", metavar="A", help="send from this account (its name) instead of the one of From")
    parser.add_argument("--answer", action="append", default=[], metavar="ID=CHOICE", help="answer a question that --dry-run shows")
    parser.add_argument(
        "--reason-file", default="", metavar="FILE|-", help="the reason that a rule asks for, from a file or standard input"
    )
    parser.add_argument("--dry-run", action="store_true", help="stop after the review")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    draft = read_draft(arguments.file)
    answers = _answers(arguments)
    with opened_session(arguments) as session:
        draft = _from_account(draft, arguments.account, session)
        review = session.review(draft, "cli")
        unknown = set(answers) - {q.id for q in review.questions}
        if unknown:
            raise UsageError(f"no question has the id {min(unknown)}; --dry-run --json lists them")
        receipts = None if arguments.dry_run else session.send(review, answers, "cli")
        synced = receipts is not None and session.sync().waiting == 0
    _print(arguments, review, receipts, synced=synced)
    return exit_code(review, receipts)


def read_draft(path: Path) -> Draft:
    """Return the draft of a message file; raise `UsageError` with the file and what is wrong."""
    try:
        return parse_draft(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except MessageError as error:
        raise UsageError(f"{path}: {error}") from error


def _answers(arguments: argparse.Namespace) -> dict[str, Answer]:
    reason = _reason(arguments.reason_file)
    answers = {}
    for text in arguments.answer:
        question, equals, choice = text.partition("=")
        if not equals or not choice:
            raise UsageError(f"--answer {text}: expected ID=CHOICE")
        answers[question] = Answer(choice, reason)
    return answers


def _reason(source: str) -> str:
    if not source:
        return ""
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--reason-file {source}: cannot be read as UTF-8 text") from error


def _from_account(draft: Draft, name: str, session: Session) -> Draft:
    if not name:
        return draft
    account = next((a for a in session.accounts if a.name == name), None)
    if account is None:
        raise UsageError(f"there is no account {name}; `securemail accounts list` shows them")
    return replace(draft, sender=account.address)


def _print(arguments: argparse.Namespace, review: Review, receipts: tuple[Receipt, ...] | None, *, synced: bool) -> None:
    name = arguments.file.name
    if arguments.json:
        print(json.dumps(message_document(name, review, receipts, synced=synced), ensure_ascii=False, indent=1))
    else:
        print("\n".join(message_lines(name, review, receipts)))
