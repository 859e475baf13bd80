"""Whatever stands in the header of a message that is answered: what we send has the fields that we set, and goes to those whom its author sees."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.answer import again, forward, reply
from securemail_desktop.message.compose import assemble, body_entity, wire_headers
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.errors import ComposeError, ParseError
from securemail_desktop.message.original import Original, read_original
from securemail_desktop.message.parse import parse_draft

pytestmark = pytest.mark.slow  # some seconds together

ALICE, BOB = parse_address("alice@clinic.example"), parse_address("bob@hospital.example")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
OURS = {"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"}
OF_A_PART = {"content-type", "content-transfer-encoding", "content-disposition"}
EVIL = [
    "=?utf-8?q?a=0D=0ABcc:_eve=40x.example?=",
    "=?utf-8?b?YQ0KQmNjOiBldmVAeC5leGFtcGxl?=",
    "=?utf-8?q?a=00b?=",
    "=?utf-8?q?=2C_eve=40x.example=2C?=",
    "=?utf-8?q?=22_=3Ceve=40x.example=3E=2C?=",
    "=?utf-8?q?=E2=80=AEevil?=",
    "=?utf-7?q?+2AA-?=",
    "=?x?q??=",
    "\r\n Bcc: eve@x.example",
    "\rBcc: eve@x.example",
    "\nBcc: eve@x.example\n",
    "\r\n\r\nBcc: eve@x.example",
    "\0",
    "\x85Bcc: eve@x.example",
    "\u2028Bcc: eve@x.example",
    "\u202e",
    '"eve@x.example, " <bob@hospital.example>',
    '"a\\"b" <c@x.example>',
    "(eve@x.example) ",
    "g:x@x.example,y@x.example;",
    "undisclosed-recipients:;",
    "bob@hospital.example",
    "alice@clinic.example",
    "<@r.example:dave@lab.example>",
    "dave@[127.0.0.1]",
    "ä@ü.example",
    "<1@x.example>",
    "<1@x.example>\r\n <2@x.example>",
    "<" + "a" * 880 + "@x.example>",
    "<" + "i" * 100_000 + "@x.example>",
    "n" * 100_000,
    ",",
    ";",
    "<",
    '"',
    "@",
    "()",
]
NAMES = ["From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Sender", "Resent-To", "X-A"]
line = st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(EVIL) | st.text(max_size=20), min_size=1, max_size=4).map("".join))
name = st.sampled_from([*EVIL, "a\r\nBcc: eve@x.example", "../../x.pdf", 'a"; x="b']) | st.text(max_size=20)


def wire(draft: Draft) -> Message:
    return message_from_bytes(assemble(wire_headers(draft), body_entity(draft)), policy=compat32)


def check(draft: Draft, shown: set[str]) -> None:
    message = wire(draft)
    assert {name.lower() for name in message} <= OURS | OF_A_PART
    assert not message.defects
    for part in message.walk():
        assert part is message or {name.lower() for name in part} <= OF_A_PART
    keys = {r.address.key for r in draft.recipients}
    assert keys <= shown | {ALICE.key}
    values = [str(value) for field in ("To", "Cc") for value in message.get_all(field, [])]
    named = {address for _, address in getaddresses(values) if address}
    assert len(named) == len(keys) or not keys  # a reader of another make sees as many
    read = parse_draft(message.as_bytes()) if not message.is_multipart() else None
    assert read is None or {r.address.key for r in read.recipients} == keys


def answers(original: Original) -> list[Draft]:
    drafts = [reply(original, (ALICE,), NOW, everyone=everyone) for everyone in (False, True)]
    return [*drafts, forward(original, (ALICE,), NOW), again(original, (ALICE,), BOB, NOW)]


def shown_in(original: Original) -> set[str]:
    return {a.key for a in (*original.sender, *original.to, *original.cc, *original.reply_to, BOB)}


@settings(deadline=None, max_examples=150)
@given(st.lists(line, max_size=8), name)
def test_no_header_of_the_original_becomes_one_of_ours(lines: list[tuple[str, str]], filename: str) -> None:
    source = "".join(f"{name}: {value}\r\n" for name, value in lines).encode("utf-8", "surrogatepass") + b"\r\nhello\r\n"
    try:
        original = replace(read_original(source), text="hello", files=(Attachment(filename, "application/pdf", b"%PDF"),))
    except ParseError:
        return
    for draft in answers(original):
        try:
            check(draft, shown_in(original))
        except ComposeError as error:
            pytest.fail(f"it can never be sent: {error}")


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("value", EVIL)
def test_each_attack_in_each_field(field: str, value: str) -> None:
    sender = "" if field == "From" else "From: Bob <bob@hospital.example>\r\n"
    original = replace(read_original(f"{sender}{field}: a {value} b\r\n\r\n".encode()), text="hello")
    for draft in answers(original):
        check(draft, shown_in(original))
