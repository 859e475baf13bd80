"""`securemail send`: the whole send path on a message file."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from securemail_desktop.audit.journal import JournalError
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.cli.report import LATER, exit_code, message_document, message_lines
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.approval import amend, answers_question
from securemail_desktop.sending.errors import NoRecipient, NotKeepable
from securemail_desktop.sending.outlook import verdict_of
from securemail_desktop.sending.state import Answer, Receipt, Review
from securemail_desktop.session.session import NoAccount, Session
from securemail_desktop.store.errors import StoreError


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
    answers = _answers(arguments)
    with opened_session(arguments) as session:
        draft = _draft(arguments, session)
        if not draft.recipients:
            raise UsageError(f"{arguments.file}: The message has no recipient: add one.")
        review = session.review_in_full(draft, "cli")
        _check(answers, review)
        if arguments.dry_run:
            _note_account(draft, session)
            foreseen = _answered(session.review_in_full(amend(review, answers), "cli"), answers)
            _print(arguments, foreseen, None, synced=False)
            return exit_code(foreseen, None)
        try:
            receipts = session.send(review, answers, "cli")
        except (NoRecipient, NotKeepable) as error:
            raise UsageError(f"{arguments.file}: {error}") from error
        except (StoreError, JournalError, EncryptionError) as error:
            print(f"securemail send: nothing was sent: {error}", file=sys.stderr)
            return Exit.UNDECIDED
        except KeyboardInterrupt:
            return _interrupted(draft, session)
        _print(arguments, review, receipts, synced=_go_on(session, receipts))
    return exit_code(review, receipts)


def _answered(review: Review, answers: Mapping[str, Answer]) -> Review:
    """Return the review without the questions that the answers settle."""
    still = tuple(q for q in review.questions if not answers_question(q, answers.get(q.id)))
    return replace(review, questions=still, verdict=verdict_of(review.outlooks, still))


def read_draft(path: Path, sender: Address | None = None) -> Draft:
    """Return the draft of a message file, from `sender` where it names none; raise `UsageError` with the file and what is wrong."""
    try:
        return parse_draft(path.read_bytes(), sender)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except MessageError as error:
        raise UsageError(f"{path}: {error}") from error


def _draft(arguments: argparse.Namespace, session: Session) -> Draft:
    if not arguments.account:
        return read_draft(arguments.file)
    account = next((a for a in session.accounts if a.name == arguments.account), None)
    if account is None:
        raise UsageError(f"there is no account {arguments.account}; `securemail accounts list` shows them")
    return replace(read_draft(arguments.file, account.address), sender=account.address)


def _check(answers: Mapping[str, Answer], review: Review) -> None:
    questions = {q.id: q for q in review.questions}
    for question, answer in answers.items():
        if question not in questions:
            raise UsageError(f"no question has the id {question}; --dry-run --json lists them")
        choices = questions[question].choices
        if answer.choice not in choices:
            raise UsageError(f"--answer {question}={answer.choice}: the question takes {' or '.join(choices)}")


def _note_account(draft: Draft, session: Session) -> None:
    try:
        session.account_of(draft.sender)
    except NoAccount as error:
        print(f"note: {error}", file=sys.stderr)


def _go_on(session: Session, receipts: Sequence[Receipt]) -> bool:
    """Go on with what else waits in the outbox, unless the server is in trouble; return whether the central store has every record."""
    try:
        if not any(r.state in LATER for r in receipts):
            session.resume()
        synced = session.central.sync()
    except (StoreError, JournalError) as error:
        print(f"note: {error}", file=sys.stderr)
        return False
    return not synced.problem and synced.waiting == 0


def _interrupted(draft: Draft, session: Session) -> int:
    if session.keeps(draft.message_id):
        print("securemail send: interrupted; the message is in the outbox", file=sys.stderr)
        return Exit.LATER
    print("securemail send: interrupted; nothing was sent", file=sys.stderr)
    return Exit.INTERRUPTED


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


def _print(arguments: argparse.Namespace, review: Review, receipts: tuple[Receipt, ...] | None, *, synced: bool) -> None:
    name = arguments.file.name
    if arguments.json:
        print(json.dumps(message_document(name, review, receipts, synced=synced), ensure_ascii=False, indent=1))
    else:
        print("\n".join(message_lines(name, review, receipts)))
