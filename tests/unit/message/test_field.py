import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.encoded_word import decode
from securemail_desktop.message.entity import split_entity
from securemail_desktop.message.errors import ComposeError
from securemail_desktop.message.field import print_field

PRINTED = [
    ("Subject", "Lunch on Friday", b"Subject: Lunch on Friday\r\n"),
    ("Subject", "Größe der neuen Stationen", b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe_der_neuen_Stationen?=\r\n"),
    ("Subject", "検査結果", b"Subject: =?utf-8?b?5qSc5p+757WQ5p6c?=\r\n"),
    ("Subject", "=?utf-8?q?x?=", b"Subject: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?=\r\n"),
    ("Subject", " a", b"Subject: =?utf-8?q?_a?=\r\n"),
    ("Subject", "", b"Subject:\r\n"),
    ("To", '"Lopez, Ana" <a@x.example>; b@x.example', b'To: "Lopez, Ana" <a@x.example>, b@x.example\r\n'),
    ("To", "José Martinez <a@x.example>", b"To: =?utf-8?q?Jos=C3=A9_Martinez?= <a@x.example>\r\n"),
    ("To", "undisclosed-recipients:;", b"To: undisclosed-recipients:;\r\n"),
    ("to", "josé@x.example", "to: josé@x.example\r\n".encode()),
    ("References", "<a@x>  <b@x>", b"References: <a@x> <b@x>\r\n"),
]


@pytest.mark.parametrize(("name", "value", "octets"), PRINTED)
def test_print(name: str, value: str, octets: bytes) -> None:
    assert print_field(name, value) == octets


REFUSED = [
    ("Subject", "a\r\nBcc: eve@x.example"),
    ("Subject", "a\nb"),
    ("Subject", "a\x00"),
    ("Subject", "\ud83d"),
    ("Bad name", "x"),
    ("Bad:", "x"),
    ("", "x"),
    ("Subjekt-é", "x"),
    ("To", "no address"),
    ("To", "a@x.example\r\nBcc: eve@x.example"),
    ("Message-ID", "<é@x>"),
    ("References", "<" + "a" * 1000 + "@x>"),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_refused(name: str, value: str) -> None:
    with pytest.raises(ComposeError):
        print_field(name, value)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\x00"), max_size=300) | st.text("ab =?_\t", max_size=300))
def test_text_comes_back_from_short_ascii_lines(value: str) -> None:
    octets = print_field("Subject", value)
    assert octets.isascii()
    assert all(len(line) <= 78 for line in octets.split(b"\r\n"))
    assert all(line.strip() for line in octets.removesuffix(b"\r\n").split(b"\r\n"))
    assert decode(split_entity(octets)[0][0][1]) == value
