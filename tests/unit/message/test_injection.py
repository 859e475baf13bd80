"""What a person or a stranger puts into names, types and ids never becomes a header of its own: it is refused, or it comes back as it was."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import compat32

import pytest

from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import assemble, body_entity, draft_bytes, wire_headers
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft
from tests.support.send_path import draft_to, to

DRAFT = draft_to(*to("bob@hospital.example"))
BREAKS = ["a\r\nBcc: eve@x.example", "a\nBcc: eve@x.example", "a\rBcc: eve@x.example", "a\0b", "a\ud800b"]
ODD = [
    "a\x0bb",
    "a\u2028Bcc: x",
    "a\x85Bcc: x",
    "\u202efdp.exe",
    "\x1b[31m",
    "../../x",
    "CON",
    "x" * 300,
    "x. . ",
    "=?utf-8?q?=0D=0ABcc:_x?=",
    'a"; b="c',
]


def named(name: str) -> Draft:
    return replace(DRAFT, attachments=(Attachment(name, "application/pdf", b"%PDF-"),))


def wire(draft: Draft) -> bytes:
    return assemble(wire_headers(draft), body_entity(draft))


def fields(message: bytes) -> set[str]:
    return {name.lower() for part in message_from_bytes(message, policy=compat32).walk() for name, _ in part.items()}


KNOWN = fields(wire(named("a.pdf"))) | {"content-id"}


@pytest.mark.parametrize("text", [*BREAKS, *ODD])
def test_a_subject_is_refused_or_comes_back(text: str) -> None:
    draft = replace(DRAFT, subject=text)
    if text in BREAKS:
        with pytest.raises(MessageError, match="line break"):
            wire(draft)
        return
    assert fields(wire(draft)) <= KNOWN
    assert parse_draft(draft_bytes(draft)).subject == text


@pytest.mark.parametrize("text", [*BREAKS[:-1], *ODD, ""])
def test_a_file_name_comes_back(text: str) -> None:
    message = wire(named(text))
    assert fields(message) <= KNOWN
    assert parse_draft(message).attachments == named(text).attachments


@pytest.mark.parametrize("text", [*BREAKS, *ODD])
def test_a_content_type_that_is_none_is_octets(text: str) -> None:
    message = wire(replace(DRAFT, attachments=(Attachment("f", text, b"x"),)))
    assert fields(message) <= KNOWN
    assert parse_draft(message).attachments == (Attachment("f", "application/octet-stream", b"x"),)


@pytest.mark.parametrize("text", BREAKS)
def test_ids_and_names_with_a_break_are_refused(text: str) -> None:
    for change in ({"message_id": f"<{text}>"}, {"in_reply_to": f"<{text}>"}, {"references": (f"<{text}>",)}):
        with pytest.raises(MessageError):
            wire(replace(DRAFT, **change))  # type: ignore[arg-type]
    with pytest.raises(MessageError):
        Address("a", "b.example", text)
