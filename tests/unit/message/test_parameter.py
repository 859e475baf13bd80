import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.parameter import format_parameter, parse

READ = [
    ("text/plain", "text/plain", {}),
    ("Text/PLAIN; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
    ("text/plain;charset=utf-8;format=flowed", "text/plain", {"charset": "utf-8", "format": "flowed"}),
    ('x/y; boundary="a;b\\"c"', "x/y", {"boundary": 'a;b"c'}),
    ("attachment; filename=lab result (1).pdf", "attachment", {"filename": "lab result (1).pdf"}),
    ("attachment; filename*=utf-8'en'%C3%A9.txt", "attachment", {"filename": "é.txt"}),
    ("attachment; filename*=iso-8859-1''%E9.txt", "attachment", {"filename": "é.txt"}),
    ("attachment; filename*=no-such''%C3%A9", "attachment", {"filename": "é"}),
    ("attachment; filename*1*=b%C3%A9; filename*0*=utf-8''a", "attachment", {"filename": "abé"}),
    ('attachment; filename*0="a"; filename*1="b"; filename*3="d"', "attachment", {"filename": "ab"}),
    ("attachment; filename*0*=utf-8''%C3; filename*1*=%A9", "attachment", {"filename": "é"}),
    ("attachment; filename=a.txt; filename*=utf-8''b.txt", "attachment", {"filename": "b.txt"}),
    ("attachment; filename=a.txt; filename=b.txt", "attachment", {"filename": "a.txt"}),
    ('attachment; filename="=?utf-8?q?=C3=A9.txt?="', "attachment", {"filename": "é.txt"}),
    ('x/y; boundary="=?utf-8?q?a?="', "x/y", {"boundary": "=?utf-8?q?a?="}),
    ("text/plain (comment); charset=x", "text/plain", {"charset": "x"}),
    ("", "", {}),
    (";;=;a", "", {}),
]


@pytest.mark.parametrize(("value", "main", "parameters"), READ)
def test_parse(value: str, main: str, parameters: dict[str, str]) -> None:
    assert parse(value) == (main, parameters)


WRITTEN = [
    ("a.pdf", ["filename=a.pdf"]),
    ("lab result.pdf", ['filename="lab result.pdf"']),
    ('a"b.txt', ["filename*=utf-8''a%22b.txt"]),
    ("é.txt", ["filename*=utf-8''%C3%A9.txt"]),
    ("a\r\nBcc: x", ["filename*=utf-8''a%0D%0ABcc%3A%20x"]),
]


@pytest.mark.parametrize(("value", "pieces"), WRITTEN)
def test_format(value: str, pieces: list[str]) -> None:
    assert format_parameter("filename", value) == pieces


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=150))
def test_round_trip_in_short_ascii_pieces(value: str) -> None:
    pieces = format_parameter("filename", value)
    assert all(piece.isascii() and piece.isprintable() and len(piece) < 78 for piece in pieces)
    assert parse("attachment; " + ";\t".join(pieces))[1]["filename"] == value
