from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.draft import AddressField, Attachment
from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.parse import parse_draft

CORPUS = Path(__file__).parents[2] / "corpus"
HEAD = b"From: alice@clinic.example\r\n"


def test_headers() -> None:
    draft = parse_draft(
        b"FROM: =?utf-8?q?Alice_M=C3=BCller?= <alice@clinic.example>\r\n"
        b'To: "Lopez, Ana" <ana@x.example>,\r\n\t"=?utf-8?b?SsO2cmc=?=" <joerg@x.example>\r\n'
        b"Cc: Team: carol@x.example;\r\nBcc: bob@hospital.example\r\nTo: dave@x.example\r\n"
        b"Subject: =?utf-8?q?Gr=C3=B6?=\r\n =?utf-8?q?=C3=9Fe?=\r\nDate: Tue, 4 Mar 2025 05:06:07 -0500\r\n"
        b"Message-ID: <1@clinic.example>\r\nIn-Reply-To: <0@x.example>\r\nReferences: <a@x.example>\r\n <0@x.example>\r\n\r\nbody\r\n"
    )
    assert draft.sender == Address("alice", "clinic.example", "Alice Müller")
    assert [(r.field, r.address.name or r.address.local) for r in draft.recipients] == [
        (AddressField.TO, "Lopez, Ana"),
        (AddressField.TO, "Jörg"),
        (AddressField.TO, "dave"),
        (AddressField.CC, "carol"),
        (AddressField.BCC, "bob"),
    ]
    assert (draft.subject, draft.text, draft.message_id) == ("Größe", "body", "<1@clinic.example>")
    assert (draft.in_reply_to, draft.references) == ("<0@x.example>", ("<a@x.example>", "<0@x.example>"))
    assert draft.date == datetime(2025, 3, 4, 10, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", [b"", b"Date: nonsense\r\n", b"Date: Tue, 99 Mar 2025 05:06:07 -0500\r\n", b"Date: 1 Jan 99999 00:00 +0000\r\n"]
)
def test_what_is_missing_is_given(date: bytes) -> None:
    draft = parse_draft(HEAD + date + b"\r\nbody")
    assert draft.message_id.endswith("@clinic.example>")
    assert abs(datetime.now(UTC) - draft.date) < timedelta(minutes=1)


def test_a_sender_can_stand_in_for_a_missing_from() -> None:
    alice = Address("alice", "clinic.example")
    assert parse_draft(b"Subject: x\r\n\r\n", alice).sender == alice
    assert parse_draft(HEAD + b"\r\n", Address("bob", "x.example")).sender == alice


REFUSED = [
    (b"", "header"),
    (b"just text, no message", "header"),
    (b"\x00\x01\x02\xff" * 50, "header"),
    (b"Subject: x\r\n\r\n", "From"),
    (b"From: alice\r\n\r\n", "From"),
    (HEAD + b"To: bob, carol@x.example\r\n\r\n", "To"),
    (HEAD + b"Bcc: Lopez, Ana <ana@x.example>\r\n\r\n", "Bcc"),
]


@pytest.mark.parametrize(("source", "word"), REFUSED)
def test_refused_in_one_sentence(source: bytes, word: str) -> None:
    with pytest.raises(ParseError, match=word) as caught:
        parse_draft(source)
    assert "bob" not in str(caught.value)


BODIES = [
    (b"\r\nplain\r\n", "plain", ""),
    (b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9", "café", ""),
    (b"Content-Type: text/plain; charset=utf-8\r\n\r\ncaf\xe9", "café", ""),
    (b"Content-Type: text/plain; charset=no-such\r\n\r\ncaf\xc3\xa9", "café", ""),
    (b'Content-Type: text/plain; charset="utf-8" (comment)\r\n\r\ncaf\xc3\xa9', "café", ""),
    (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nY2Fmw6k", "café", ""),
    (b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\na \r\nb", "ab", ""),
    (b"Content-Type: text/html\r\n\r\n<meta charset=windows-1251>\xcf\xf0", "", "<meta charset=windows-1251>Пр"),
    (b"Content-Type: text/html\r\n\r\n<p>x\r\n", "", "<p>x"),
    (b"\r\na\x00b\r\n", "a\x00b", ""),
]


@pytest.mark.parametrize(("rest", "text", "html"), BODIES)
def test_bodies(rest: bytes, text: str, html: str) -> None:
    draft = parse_draft(HEAD + rest)
    assert (draft.text, draft.html, draft.attachments) == (text, html, ())


def part(head: bytes, body: bytes = b"x") -> bytes:
    return b"--b\r\n" + head + b"\r\n\r\n" + body + b"\r\n"


def multipart(kind: bytes, *parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/" + kind + b"; boundary=b\r\n\r\n" + b"".join(parts) + b"--b--\r\n"


PLAIN, HTML = part(b"Content-Type: text/plain", b"text"), part(b"Content-Type: text/html", b"<p>html")
INVITATION = part(b"Content-Type: text/calendar; method=REQUEST")
TREES = [
    (multipart(b"alternative", PLAIN, HTML), "text", "<p>html", []),
    (multipart(b"alternative", PLAIN, INVITATION, HTML), "text", "<p>html", ["text/calendar; method=REQUEST"]),
    (multipart(b"mixed", part(b"Content-Type: application/pdf"), PLAIN), "text", "", ["application/pdf"]),
    (multipart(b"mixed", PLAIN, PLAIN, HTML), "text", "", ["text/plain", "text/html"]),
    (multipart(b"mixed", part(b"Content-Type: text/plain\r\nContent-Disposition: attachment"), PLAIN), "text", "", ["text/plain"]),
    (multipart(b"mixed", part(b"Content-Type: text/plain; name=a.txt"), PLAIN), "text", "", ["text/plain"]),
    (multipart(b"related", HTML, part(b"Content-Type: image/png\r\nContent-ID: <i@x>")), "", "<p>html", ["image/png"]),
    (multipart(b"mixed", part(b"Content-Type: message/rfc822", b"Subject: inner\r\n\r\nMaria")), "", "", ["message/rfc822"]),
    (multipart(b"digest", part(b"", b"Subject: inner\r\n\r\nMaria")), "", "", ["message/rfc822"]),
    (multipart(b"unheard-of", PLAIN, part(b"Content-Type: unheard/of")), "text", "", ["unheard/of"]),
    (multipart(b"mixed", part(b'Content-Type: application/pdf; charset=x; name=""')), "", "", ["application/pdf; charset=x"]),
]


@pytest.mark.parametrize(("source", "text", "html", "types"), TREES, ids=range(len(TREES)))
def test_a_part_that_is_no_body_is_an_attachment(source: bytes, text: str, html: str, types: list[str]) -> None:
    draft = parse_draft(source)
    assert (draft.text, draft.html, [a.content_type for a in draft.attachments]) == (text, html, types)


def test_attachment_fields() -> None:
    head = b"Content-Type: IMAGE/PNG; name=no.png\r\nContent-ID: <i@x>\r\nContent-Disposition: inline; filename*=utf-8''%C3%A9.png"
    draft = parse_draft(multipart(b"mixed", PLAIN, part(head)))
    assert draft.attachments == (Attachment("é.png", "image/png", b"x", "i@x", inline=True),)


FOUND_BY_FUZZING = [
    b"Content-Type: image/png\r\nContent-ID: <a b\xe9@x>",
    b"Content-Type: image/png\r\nContent-ID: <>",
    b"Content-Type: text/x; a*=utf-8''%E9; b=1; c*1=x; d\xe9=2; e**=3",
    b"Content-Type: multipart/x; boundary=none",
]


@pytest.mark.parametrize("head", FOUND_BY_FUZZING)
def test_what_was_read_can_be_written_and_read_again(head: bytes) -> None:
    draft = parse_draft(multipart(b"mixed", PLAIN, part(head)))
    assert draft.attachments[0].content == b"x"
    assert parse_draft(draft_bytes(draft)) == draft


@pytest.mark.parametrize(
    "order", [b"recipients=0; attachments=", b"recipients=1,1; attachments=9", b"recipients=" + b"9" * 5000 + b"; attachments=", b"x"]
)
def test_a_foreign_order_changes_nothing(order: bytes) -> None:
    draft = parse_draft(HEAD + b"To: a@x.example, b@x.example\r\nX-Draft-Order: " + order + b"\r\n\r\n")
    assert [recipient.address.local for recipient in draft.recipients] == ["a", "b"]


TYPE = b"Content-Type: multipart/mixed; boundary=b\r\n"
pieces = st.sampled_from([PLAIN, HTML, b"--b\r\n", b"\r\n", b"\xff\x00", TYPE, b"To: a@x.example\r\n", b"--b--\r\n"])


@given(st.lists(pieces, max_size=12))
def test_any_octets_are_parsed(octets: list[bytes]) -> None:
    assert parse_draft(HEAD + b"".join(octets)).sender.local == "alice"
