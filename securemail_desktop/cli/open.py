"""`securemail open`: decrypt and verify a message file. Exit 1 when the signature is wrong or not the sender's, or it cannot be opened."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.ring import open_ring, read_file
from securemail_desktop.encryption.entity import parse_entity
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Opened, Part, SignatureVerdict
from securemail_desktop.encryption.receive import open_message

_SIGNATURES = {
    SignatureVerdict.VALID: "valid, by {signer}",
    SignatureVerdict.INVALID: "does not count",
    SignatureVerdict.NONE: "none",
    SignatureVerdict.PARTIAL: "covers only a part, by {signer}",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.eml", help="message file")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    source = read_file(arguments.file, "name a message file.")
    if not parse_entity(source).headers.keys():
        raise UsageError(f"{arguments.file}: it is not a message: it does not begin with header fields.")
    with open_ring(arguments) as ring:
        opened = open_message(source, ring, datetime.now(UTC))
    print(json.dumps(_document(opened), ensure_ascii=False) if arguments.json else _text(opened))
    return Exit.NO if _objectionable(opened) else Exit.DONE


def _objectionable(opened: Opened) -> bool:
    spoofed = opened.signature is SignatureVerdict.VALID and not opened.from_matches
    closed = opened.method is not Method.NONE and not opened.parts
    return opened.signature is SignatureVerdict.INVALID or spoofed or closed


def _document(opened: Opened) -> dict[str, object]:
    return {
        "decrypted": opened.decrypted,
        "signature": opened.signature.value,
        "signer": opened.signer,
        "from_matches": opened.from_matches,
        "integrity": opened.integrity.value,
        "subject": opened.subject,
        "parts": [_part(part) for part in opened.parts],
        "warnings": list(opened.warnings),
        "method": opened.method.value,
    }


def _part(part: Part) -> dict[str, object]:
    return {"content_type": part.content_type, "filename": part.filename, "size": len(part.content), "text": part.text}


def _text(opened: Opened) -> str:
    lines = [
        f"Subject: {opened.subject}",
        f"Decrypted: {'yes' if opened.decrypted else 'no'}",
        f"Signature: {_SIGNATURES[opened.signature].format(signer=opened.signer)}",
        f"Sender is the signer: {'yes' if opened.from_matches else 'no'}",
        f"Integrity: {opened.integrity.value}",
        *(f"Warning: {warning}" for warning in opened.warnings),
    ]
    for part in opened.parts:
        lines += ["", f"--- {part.content_type} {part.filename} ({len(part.content)} bytes)", part.text.replace("\r\n", "\n").rstrip()]
    return "\n".join(lines)
