"""`securemail scan`: patient data in messages, in other files as if they were attached, or in JSON lines as the contract has them.

The answers come in the same order, those to lines each at once.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.phi.finding import Scan

if TYPE_CHECKING:
    from securemail_desktop.message.text.body import FieldText
    from securemail_desktop.session.attachment_texts import AttachmentTexts

_MESSAGES = frozenset({".eml", ""})  # a message by its name, and what comes on standard input
Fields = Sequence[tuple[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE.eml",
        help="messages or any other files, - for standard input",
    )
    parser.add_argument(
        "--jsonl", action="store_true", help="read messages as JSON lines from standard input, answer each with a JSON line"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--fail-on", choices=["phi"], help="exit 1 when a message holds patient data")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    if arguments.jsonl == bool(arguments.files):
        raise UsageError("give message files, or --jsonl with messages on standard input")
    found = _scan_lines(sys.stdin) if arguments.jsonl else _scan_files(arguments.files, as_json=arguments.json)
    return Exit.NO if found and arguments.fail_on == "phi" else Exit.DONE


def _scan_lines(lines: Iterable[str]) -> bool:
    """Answer every line in its place; return whether any message holds patient data."""
    found = False
    for line in lines:
        if not line.strip():
            continue
        answer = _answer(line)
        found |= answer.get("phi") is True
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return found


def _answer(line: str) -> dict[str, object]:
    from securemail_desktop.phi.scan import scan

    identifier: object = None
    try:
        message = json.loads(line)
        identifier = message.get("id") if isinstance(message, dict) else None
        fields = _fields_of(message)
    except (ValueError, RecursionError) as error:
        return {"id": identifier, "error": _explained(error)}
    return {"id": identifier, **document(scan(fields))}


def _explained(error: Exception) -> str:
    """Return what is wrong with a line in one sentence that quotes nothing of it."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _fields_of(message: object) -> Fields:
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - of the same kind as the other bad lines
    fields = [(name, _text(message, name, name)) for name in ("subject", "body")]
    attachments = message.get("attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise ValueError("attachments is not a list of objects")
    return fields + [(f"attachment:{number}", _text(item, "text", f"attachment {number}")) for number, item in enumerate(attachments)]


def _text(holder: dict[str, object], key: str, name: str) -> str:
    value = holder.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text")  # noqa: TRY004 - of the same kind as the other bad lines
    return value


def _scan_files(files: Sequence[Path], *, as_json: bool) -> bool:
    results = list(_scanned(files))
    if as_json:
        print(
            json.dumps(
                [{"id": str(file), **document(result), "unreadable": unread} for file, result, unread in results],
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        for file, result, unread in results:
            print(_sentence(file, result, unread))
    return any(result.phi for _, result, _ in results)


def _scanned(files: Sequence[Path]) -> Iterator[tuple[Path, Scan, list[dict[str, str]]]]:
    """Yield each file with what was found in it and what of it could not be read, and why."""
    from securemail_desktop.phi.scan import scan
    from securemail_desktop.session.attachment_texts import AttachmentTexts

    with AttachmentTexts() as texts:
        for file in files:
            try:
                content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
            except OSError as error:
                raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
            fields = _fields_in(file, content, texts)
            unread = [{"field": field.field, "reason": field.unreadable} for field in fields if field.unreadable]
            yield file, scan([(field.field, field.text) for field in fields]), unread


def _fields_in(file: Path, content: bytes, texts: "AttachmentTexts") -> "Sequence[FieldText]":
    """Return the fields of a message, or of a file that is none: it is read as if it were attached."""
    from securemail_desktop.message.draft import Attachment
    from securemail_desktop.message.errors import MessageError
    from securemail_desktop.message.parse import parse_draft
    from securemail_desktop.message.text.body import attachment_field, field_texts

    try:
        draft = parse_draft(content)
    except MessageError as error:
        if file.suffix.lower() in _MESSAGES:
            raise UsageError(f"{file} is not a message: {error}") from error
        attachment = Attachment(file.name, "application/octet-stream", content)
        texts.read([attachment])
        return [attachment_field("attachment:0", attachment, texts.text(attachment))]
    texts.read(draft.attachments)
    return field_texts(draft, texts.text)


def document(result: Scan) -> dict[str, object]:
    """Return a scan as the contract's JSON object, without the id."""
    return {
        "phi": result.phi,
        "score": round(result.score, 4),
        "categories": list(result.categories),
        "reason": result.reason,
        "spans": [
            {
                "field": f.field,
                "start": f.start,
                "end": f.end,
                "type": f.type.value,
                "role": f.role.value,
                "detector": f.detector,
                "confidence": round(f.confidence, 2),
            }
            for f in result.findings
        ],
    }


def _sentence(file: Path, result: Scan, unread: Sequence[dict[str, str]]) -> str:
    verdict = "patient data" if result.phi else "no patient data"
    lines = [f"{file}: {verdict} (score {result.score:.2f}). {result.reason}", *(f"  {one['field']}: {one['reason']}" for one in unread)]
    return "\n".join(lines)
