from email import message_from_bytes

from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.entity import (
    canonical,
    fields,
    leaf,
    multipart,
    parse_entity,
    split_block,
    split_multipart,
)
from securemail_desktop.message.transfer import wrapped_base64

LINE = st.binary(max_size=40).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b""))
CONTENT = st.lists(LINE, max_size=8).map(b"\r\n".join)


@given(st.lists(CONTENT.map(lambda body: b"Content-Type: text/plain\r\n\r\n" + body), min_size=1, max_size=5))
def test_parts_come_back_byte_for_byte(parts: list[bytes]) -> None:
    entity = parse_entity(multipart("multipart/mixed", parts))
    assert split_multipart(entity) == parts
    assert len(message_from_bytes(entity.raw).get_payload()) == len(parts)


@given(st.binary(max_size=500))
def test_base64_comes_back(content: bytes) -> None:
    encoded = wrapped_base64(content)
    assert parse_entity(leaf(("Content-Transfer-Encoding: base64",), encoded)).content() == content
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))


@given(st.binary(max_size=300))
def test_any_bytes_are_some_entity(source: bytes) -> None:
    entity = parse_entity(source)
    assert entity.raw == canonical(source)
    assert isinstance(entity.content(), bytes)
    assert isinstance(split_multipart(entity), list)


def test_canonical_touches_bare_line_feeds_only() -> None:
    assert canonical(b"a\nb\r\nc\rd\n\n") == b"a\r\nb\r\nc\rd\r\n\r\n"


def test_fields_keep_their_folds() -> None:
    block, body = split_block(b"A: 1\r\n 2\r\nB: 3\r\n\r\nbody")
    assert (fields(block), body) == ([b"A: 1\r\n 2", b"B: 3"], b"body")


def test_a_boundary_that_starts_another_is_no_delimiter() -> None:
    entity = parse_entity(b"Content-Type: multipart/mixed; boundary=ab\r\n\r\n--ab\r\n\r\none\r\n--abc\r\ntwo\r\n--ab--\r\nafter")
    assert split_multipart(entity) == [b"\r\none\r\n--abc\r\ntwo"]


def test_an_open_multipart_keeps_its_last_part() -> None:
    entity = parse_entity(b"Content-Type: multipart/mixed; boundary=ab\r\n\r\npreamble\r\n--ab\r\n\r\none\r\n--ab\r\n\r\ntwo")
    assert split_multipart(entity) == [b"\r\none", b"\r\ntwo"]
