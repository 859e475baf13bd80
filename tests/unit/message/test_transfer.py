import base64
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from securemail_desktop.message.transfer import decode, encode_base64, encode_text, is_7bit, wrapped_base64

lines = st.lists(st.sampled_from([b"From ", b".", b" ", b"\t", b"=", b"a", b"x" * 74, "é".encode(), b"\x00", b"\x7f"]), max_size=12).map(
    b"".join
)


@given(st.lists(lines, max_size=5).map(lambda pieces: b"".join(piece + b"\r\n" for piece in pieces)))
@example(b"x" * 72 + b"From here\r\n")
@example(b"x" * 73 + b".\r\n")
def test_text_survives_in_lines_that_no_relay_changes(data: bytes) -> None:
    encoding, body = encode_text(data)
    assert decode(body, encoding) == data
    assert is_7bit(body)
    for line in body.split(b"\r\n"):
        assert len(line) <= 77
        assert not re.match(rb"From |\.\Z|.*[ \t]\Z", line)


@given(st.binary(max_size=200))
def test_base64_survives(data: bytes) -> None:
    encoding, body = encode_base64(data)
    assert decode(body, encoding) == data
    assert is_7bit(body)
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))


CHOICES = [
    (b"plain\r\n", "7bit"),
    (b"trailing \r\n", "quoted-printable"),
    (b"From me\r\n", "quoted-printable"),
    (b"x" * 80 + b"\r\n", "quoted-printable"),
    ("Grüße aus der Klinik\r\n".encode(), "quoted-printable"),
    ("検査結果\r\n".encode(), "base64"),
]


@pytest.mark.parametrize(("data", "encoding"), CHOICES)
def test_the_encoding_fits_the_text(data: bytes, encoding: str) -> None:
    assert encode_text(data)[0] == encoding


WILD = [
    (b"TWFy\r\naWE=", "base64", b"Maria"),
    (b"TWFyaWE", "BASE64 ", b"Maria"),
    (b"TWFyaWE=\r\nTG9wZXo=", "base64", b"MariaLopez"),
    (b"TWFy*aWE=", "base64", b"TWFy*aWE="),
    (b"Not base64, but text.", "base64", b"Not base64, but text."),
    (b"TWFyaWE=A", "base64", b"Maria"),
    (b"a=\r\nb=20=\nc", "quoted-printable", b"ab c"),
    (b"a=\rMaria\nb", "quoted-printable", b"aMaria\nb"),
    (b"50 =% of =ZZ", "quoted-printable", b"50 =% of =ZZ"),
    (b"as it is", "x-unknown", b"as it is"),
    (b"as it is", "", b"as it is"),
]


@pytest.mark.parametrize(("body", "encoding", "data"), WILD)
def test_nothing_is_lost_in_broken_encodings(body: bytes, encoding: str, data: bytes) -> None:
    assert decode(body, encoding) == data


@pytest.mark.parametrize(
    ("data", "passes"), [(b"a\r\n", True), (b"a\n", False), (b"a\r", False), (b"\xe9", False), (b"\x00", False), (b"a" * 999, False)]
)
def test_7bit(data: bytes, passes: bool) -> None:
    assert is_7bit(data) is passes


@given(st.lists(st.integers(0, 3_000) | st.sampled_from([997, 998, 999, 1000, 1996]), max_size=6), st.booleans())
def test_a_line_of_more_than_998_octets_is_found_wherever_it_stands(lengths: list[int], ended: bool) -> None:
    data = b"\r\n".join(b"x" * length for length in lengths) + b"\r\n" * ended
    assert is_7bit(data) is (max(lengths, default=0) <= 998)


@given(st.binary(max_size=300))
def test_base64_made_in_blocks_is_the_same(data: bytes) -> None:
    long = data * 400
    assert wrapped_base64(long) == base64.encodebytes(long).replace(b"\n", b"\r\n")
