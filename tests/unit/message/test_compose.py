import email
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import assemble, body_entity, draft_bytes, new_message_id, wire_headers
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.message.errors import ComposeError
from securemail_desktop.message.parse import parse_draft

ALICE = Address("alice", "clinic.example", "Alice Keller")
BOB = Address("bob", "hospital.example")
DRAFT = Draft(ALICE, (Recipient(BOB),), "Lunch", "See you at noon.", "<1@clinic.example>", datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC))
IMAGE = Attachment("logo.png", "image/png", b"\x89PNG", "logo@clinic.example", inline=True)
REPORT = Attachment("report.pdf", "application/pdf", b"%PDF-1.7")
PLAIN = b"Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"


def structure(draft: Draft) -> str:
    """Return the tree of content types, such as `mixed(plain pdf)`."""

    def show(part: email.message.Message) -> str:
        children = part.get_payload()
        inner = f"({' '.join(map(show, children))})" if isinstance(children, list) and part.get_content_maintype() == "multipart" else ""
        return part.get_content_subtype() + inner

    return show(email.message_from_bytes(body_entity(draft)))


STRUCTURES = [
    (DRAFT, "plain"),
    (replace(DRAFT, text=""), "plain"),
    (replace(DRAFT, html="<p>x"), "alternative(plain html)"),
    (replace(DRAFT, text="", html="<p>x"), "html"),
    (replace(DRAFT, attachments=(REPORT,)), "mixed(plain pdf)"),
    (replace(DRAFT, html="<p>x", attachments=(REPORT, IMAGE)), "mixed(alternative(plain related(html png)) pdf)"),
    (replace(DRAFT, attachments=(IMAGE,)), "mixed(plain png)"),
    (replace(DRAFT, html="<p>x", attachments=(replace(IMAGE, inline=False),)), "mixed(alternative(plain html) png)"),
]


@pytest.mark.parametrize(("draft", "tree"), STRUCTURES)
def test_structure(draft: Draft, tree: str) -> None:
    assert structure(draft) == tree


def test_a_plain_message_is_readable_as_it_is() -> None:
    assert assemble(wire_headers(DRAFT), body_entity(DRAFT)).decode().split("\r\n") == [
        "From: Alice Keller <alice@clinic.example>",
        "To: bob@hospital.example",
        "Subject: Lunch",
        "Date: Tue, 04 Mar 2025 05:06:07 +0000",
        "Message-ID: <1@clinic.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
        "Content-Transfer-Encoding: 7bit",
        "",
        "See you at noon.",
        "",
    ]


def test_long_paragraphs_flow() -> None:
    entity = body_entity(replace(DRAFT, text="word " * 60 + "end"))
    assert b"charset=us-ascii; format=flowed; delsp=no\r\n" in entity
    assert all(len(line) <= 77 and not line.endswith(b" ") for line in entity.split(b"\r\n"))


def test_threading_and_reply_to() -> None:
    draft = replace(DRAFT, in_reply_to="<a@x.example>", references=("<b@x.example>", "<a@x.example>"), reply_to=(BOB,))
    headers = dict(wire_headers(draft))
    assert headers["In-Reply-To"] == "<a@x.example>"
    assert headers["References"] == "<b@x.example> <a@x.example>"
    assert headers["Reply-To"] == "bob@hospital.example"


def test_bcc_is_stored_and_never_sent() -> None:
    draft = replace(DRAFT, recipients=(Recipient(BOB, AddressField.BCC),))
    wire = assemble(wire_headers(draft), body_entity(draft))
    assert b"bob" not in wire
    assert b"To: undisclosed-recipients:;\r\n" in wire
    assert b"Bcc: bob@hospital.example\r\n" in draft_bytes(draft)


@pytest.mark.parametrize("name", ["Bcc", "bCC", "Resent-Bcc", "Content-Type", "MIME-Version"])
def test_assemble_refuses_headers_that_are_not_the_messages(name: str) -> None:
    with pytest.raises(ComposeError):
        assemble([(name, "eve@x.example")], PLAIN)


BAD_ENTITIES = [
    *(PLAIN + body for body in (b"a\n", b"a\rb", "é".encode(), b"a" * 999, b"\x00")),
    *(b"", b"body only", b"X-A: 1\r\n\r\n", b"Content-Type: x/y\r\n"),
]


@pytest.mark.parametrize("entity", BAD_ENTITIES)
def test_assemble_refuses_what_a_relay_would_change(entity: bytes) -> None:
    with pytest.raises(ComposeError):
        assemble([("Subject", "x")], entity)


REFUSED = [
    replace(DRAFT, subject="x\r\nBcc: eve@x.example"),
    replace(DRAFT, message_id=""),
    replace(DRAFT, message_id="<a b@x>"),
    replace(DRAFT, in_reply_to="a@x"),
    replace(DRAFT, references=("<a@x>\r\nBcc: eve@x.example",)),
    replace(DRAFT, date=datetime(2025, 1, 1)),  # noqa: DTZ001
    replace(DRAFT, text="\ud83d"),
    replace(DRAFT, attachments=(replace(REPORT, filename="\ud83d"),)),
    replace(DRAFT, attachments=(replace(REPORT, content_id="a>\r\nX: y"),)),
    replace(DRAFT, attachments=(replace(REPORT, content_type="text/plain; x=\ud83d"),)),
]


@pytest.mark.parametrize("draft", REFUSED, ids=range(len(REFUSED)))
def test_refused(draft: Draft) -> None:
    with pytest.raises(ComposeError) as caught:
        draft_bytes(draft)
    assert "eve" not in str(caught.value)


@pytest.mark.parametrize("content_type", ["", "pdf", "multipart/mixed; boundary=x", "text/x\r\nBcc: eve@x.example", "é/é"])
def test_a_type_that_is_none_is_a_file(content_type: str) -> None:
    draft = replace(DRAFT, attachments=(replace(REPORT, content_type=content_type),))
    attachment = parse_draft(draft_bytes(draft)).attachments[0]
    assert attachment.content_type in {"application/octet-stream", "text/x"}
    assert attachment.content == REPORT.content


FORWARDED = b"Subject: x\r\n\r\nhello\r\n"


FILE = "application/octet-stream"


@pytest.mark.parametrize(("content", "wire_type"), [(FORWARDED, "message/rfc822"), (FORWARDED + b"\xe9", FILE), (b"a\nb", FILE)])
def test_forwarded_messages_are_not_changed(content: bytes, wire_type: str) -> None:
    draft = replace(DRAFT, attachments=(Attachment("forwarded.eml", "message/rfc822", content),))
    sent = parse_draft(assemble(wire_headers(draft), body_entity(draft))).attachments[0]
    assert (sent.content_type, sent.content, sent.filename) == (wire_type, content, "forwarded.eml")
    assert parse_draft(draft_bytes(draft)) == draft


def test_message_ids_leak_nothing_and_differ() -> None:
    ids = {new_message_id(ALICE) for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"<[0-9a-f]{32}@clinic\.example>", message_id) for message_id in ids)


def test_odd_time_zones_and_line_breaks_come_back_in_canonical_form() -> None:
    draft = replace(DRAFT, date=DRAFT.date.astimezone(timezone(timedelta(seconds=1172))), text="a\r\nb\rc")
    again = parse_draft(draft_bytes(draft))
    assert (again.date, again.text) == (DRAFT.date, "a\nb\nc")


def test_an_internationalised_mailbox_stands_in_utf8() -> None:
    draft = replace(DRAFT, recipients=(Recipient(Address("josé", "clinic.example", "José")),))
    assert "<josé@clinic.example>".encode() in assemble(wire_headers(draft), body_entity(draft))
    assert parse_draft(draft_bytes(draft)) == draft


def test_an_invitation_stays_an_alternative_that_mail_programs_can_answer() -> None:
    invitation = Attachment("", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")
    draft = replace(DRAFT, text="Please come.", html="", attachments=(invitation,))
    message = email.message_from_bytes(assemble(wire_headers(draft), body_entity(draft)), policy=email.policy.default)
    assert message.get_content_type() == "multipart/alternative"
    text, calendar = message.iter_parts()
    assert (text.get_content_type(), calendar.get_content_type()) == ("text/plain", "text/calendar")
    assert (calendar.get_param("method"), calendar.get_content_disposition()) == ("REQUEST", None)
    assert calendar.get_content().replace("\r\n", "\n").startswith("BEGIN:VCALENDAR\nMETHOD:REQUEST")
    assert parse_draft(draft_bytes(draft)).attachments == (invitation,)
