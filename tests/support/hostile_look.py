"""What becomes of a hostile message when it is opened, shown, answered and forwarded, as a JSON object."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32

from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.answer import again, forward, reply
from securemail_desktop.message.compose import assemble, body_entity, wire_headers
from securemail_desktop.message.display.html import show_html
from securemail_desktop.message.display.plain import show_plain
from securemail_desktop.message.display.shown import Canvas
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError, ParseError
from securemail_desktop.message.original import Original
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.phi.scan import scan
from securemail_desktop.sending.pipeline import review
from securemail_desktop.session.mail_view import MessageView, Reading
from securemail_desktop.session.reading import as_original, read_message
from tests.support.send_path import IN_CLEAR, checks, decision

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OWN = (parse_address("alice@clinic.example"),)
WAYS: Mapping[str, Callable[[Original], Draft]] = {
    "reply": lambda original: reply(original, OWN, NOW, everyone=False),
    "reply all": lambda original: reply(original, OWN, NOW, everyone=True),
    "forward": lambda original: forward(original, OWN, NOW),
    "again": lambda original: again(original, OWN, parse_address("bob@hospital.example"), NOW),
}


def look(source: bytes, ring: KeyRing) -> dict[str, object]:
    """Open a message, take it for a draft, show its page and answer it."""
    reading = read_message(MessageView(1, 1, "", "", "", NOW, False, False, False, 9), source, ring, NOW)
    errors = []
    try:
        parse_draft(source)
    except ParseError as error:
        errors.append(str(error))
    return {
        "text": reading.text[:2_000],
        "size": len(reading.text),
        "html": reading.html[:2_000],
        "files": [file.filename for file in reading.files],
        "warnings": list(reading.opened.warnings),
        "senders": [address.key for address in reading.sender],
        "errors": errors,
        "markup": max(len(show_plain(reading.text, Canvas()).markup), len(show_html((reading.html,), reading.text, Canvas()).markup)),
        "answers": {name: _answered(reading, source, way) for name, way in WAYS.items()},
    }


def _answered(reading: Reading, source: bytes, way: Callable[[Original], Draft]) -> dict[str, object]:
    """Answer a message, review the answer, and read what would be sent; or tell why there is none."""
    try:
        draft = way(as_original(reading, source))
    except MessageError as error:
        return {"error": str(error)}
    reviewed = review(draft, replace(checks({}), scan=scan, decide=lambda facts: decision(facts, IN_CLEAR)))
    message = BytesHeaderParser(policy=compat32).parsebytes(assemble(wire_headers(draft), body_entity(draft)))
    return {
        "size": len(draft.text),
        "fields": sorted({name.lower() for name in message}),
        "recipients": [recipient.address.key for recipient in draft.recipients],
        "reviewed": [outlook.recipient.address.key for outlook in reviewed.outlooks],
    }
