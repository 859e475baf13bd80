import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.charset import decode, decode_file

DECLARED = [
    (b"caf\xc3\xa9", "utf-8", "café"),
    (b"caf\xe9", "utf-8", "café"),
    (b"caf\xe9", "us-ascii", "café"),
    (b"caf\xc3\xa9", "us-ascii", "café"),
    (b"caf\xe9", "", "café"),
    (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
    (b"a\x81b\x8d", "windows-1252", "a\x81b\x8d"),
    (b"\xa4", "iso-8859-15", "€"),
    (b"\xc4\xe3", "gb2312", "你"),
    (b"\x82\xa0", "'Shift_JIS'", "あ"),
    (b"\xcf\xf0", "windows-1251", "Пр"),
    (b"\x00a\x00b", "utf-16", "ab"),
    (b"\xff\xfea\x00", "utf-16", "a"),
    (b"+AGE-", "utf-7", "a"),
    (b"+2AA-", "utf-7", "+2AA-"),
    (b"\\u0041", "unicode_escape", "\\u0041"),
    (b"abc", "hex", "abc"),
    (b"abc", "no such\x00charset", "abc"),
    (b"abc", "é" * 1000, "abc"),
]


@pytest.mark.parametrize(("data", "charset", "text"), DECLARED)
def test_decode(data: bytes, charset: str, text: str) -> None:
    assert decode(data, charset) == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_wins(codec: str) -> None:
    assert decode_file("Zoë,1".encode(codec), "iso-8859-1") == "Zoë,1"


def test_a_byte_order_mark_in_a_body_is_text() -> None:
    assert decode("\ufeffa".encode(), "utf-8") == "\ufeffa"


@given(st.binary(max_size=60), st.sampled_from(["", "utf-8", "us-ascii", "koi8-r", "x-unknown", "euc-jp", "iso-8859-1"]))
def test_letters_beside_broken_bytes_are_never_lost(data: bytes, charset: str) -> None:
    assert decode(data + b"Maria", charset).endswith("Maria")
    assert decode(b"Maria" + data, charset).startswith("Maria")


@given(st.binary(max_size=60))
def test_without_a_charset_every_byte_counts(data: bytes) -> None:
    decoded = decode(data)
    assert len(decoded) == len(data) or decoded.encode() == data
