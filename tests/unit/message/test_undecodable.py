"""A body that nobody can decode is refused: it would go out unread."""

import base64

import pytest

from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.parse import parse_draft

TEXT = b"John Smith, MRN 1234567, has diabetes."
HEAD = b"From: alice@clinic.example\r\nTo: bob@hospital.example\r\nContent-Type: text/plain"


def message(encoding: bytes, body: bytes, charset: bytes = b"utf-8") -> bytes:
    return HEAD + b"; charset=" + charset + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("encoding", "body"),
    [(b"base64", base64.b64encode(TEXT) + b"!!@@" * 3), (b"foo", base64.b64encode(TEXT)), (b"x-uuencode", b"begin 644 x")],
)
def test_what_cannot_be_decoded_is_refused(encoding: bytes, body: bytes) -> None:
    with pytest.raises(ParseError, match="cannot be checked"):
        parse_draft(message(encoding, body))


def test_an_attachment_that_cannot_be_decoded_is_refused_too() -> None:
    part = b"--b\r\nContent-Type: text/csv; name=x.csv\r\nContent-Transfer-Encoding: foo\r\n\r\nabc\r\n--b--\r\n"
    with pytest.raises(ParseError, match="transfer encoding"):
        parse_draft(b"From: alice@clinic.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + part)


def test_utf_16_under_a_wrong_label_is_read() -> None:
    body = base64.b64encode(TEXT.decode().encode("utf-16"))
    assert parse_draft(message(b"base64", body, b"bogus-9")).text == TEXT.decode()
