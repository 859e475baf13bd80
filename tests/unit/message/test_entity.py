import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.entity import MAX_DEPTH, MAX_PARTS, read_entity, split_entity
from securemail_desktop.message.errors import ParseError

SPLIT = [
    (b"A: 1\r\nB: 2\r\n\r\nbody\r\n", (("A", "1"), ("B", "2")), b"body\r\n"),
    (b"A: 1\nB:2\n\nbody\n", (("A", "1"), ("B", "2")), b"body\n"),
    (b"A: 1\r\n  two\r\n\tthree\r\n\r\n", (("A", "1  two three"),), b""),
    (b"A:\r\n\r\n", (("A", ""),), b""),
    (b"A: 1", (("A", "1"),), b""),
    (b"A: 1\r\nno field\r\nmore", (("A", "1"),), b"no field\r\nmore"),
    (b"A: a\x00b\r\n\r\n", (("A", "a b"),), b""),
    (b"A: caf\xc3\xa9\r\nB: caf\xe9\r\n\r\n", (("A", "café"), ("B", "café")), b""),
    (b"A : 1\r\n\r\n", (("A", "1"),), b""),
    (b"\r\nbody", (), b"body"),
    (b"", (), b""),
]


@pytest.mark.parametrize(("source", "fields", "body"), SPLIT)
def test_split(source: bytes, fields: tuple[tuple[str, str], ...], body: bytes) -> None:
    assert split_entity(source) == (fields, body)


def multipart(*parts: bytes, boundary: bytes = b"b", end: bytes = b"--b--\r\n") -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
    return head + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + end


def test_parts_keep_their_octets() -> None:
    first, second = b"A: 1\r\n\r\n one \r\n\r\n", b"\r\n\x00two\n\r"
    parts = read_entity(b"preamble\r\n".join([b"", multipart(first, second) + b"epilogue"]).removeprefix(b"preamble\r\n")).parts
    assert [part.body for part in parts] == [b" one \r\n\r\n", b"\x00two\n\r"]


LENIENT = [
    (multipart(b"\r\none", b"\r\ntwo", end=b""), [b"one", b"two\r\n"]),
    (multipart(b"\r\none").replace(b"\r\n", b"\n"), [b"one"]),
    (multipart(b"\r\none").replace(b"--b\r\n", b"--b  \r\n"), [b"one"]),
    (multipart(b"\r\n--bc\r\n--b-\r\nx--b"), [b"--bc\r\n--b-\r\nx--b"]),
    (multipart(b"", b"\r\n"), [b"", b""]),
]


@pytest.mark.parametrize(("source", "bodies"), LENIENT)
def test_lenient_boundaries(source: bytes, bodies: list[bytes]) -> None:
    assert [part.body for part in read_entity(source).parts] == bodies


@pytest.mark.parametrize("head", [b"multipart/mixed", b"multipart/mixed; boundary=", b"multipart/mixed; boundary=zz", b"nonsense"])
def test_an_invalid_type_is_plain_text_and_keeps_its_body(head: bytes) -> None:
    entity = read_entity(b"Content-Type: " + head + b"\r\n\r\n--b\r\n\r\nMaria\r\n")
    assert (entity.type, entity.body) == ("text/plain", b"--b\r\n\r\nMaria\r\n")


def nested(depth: int) -> bytes:
    source = b"Content-Type: text/plain\r\n\r\ninnermost"
    for level in range(depth):
        boundary = b"b%d" % level
        source = multipart(source, boundary=boundary, end=b"--" + boundary + b"--\r\n")
    return source


def test_bounds() -> None:
    assert read_entity(nested(MAX_DEPTH)).parts
    assert len(read_entity(multipart(*[b"\r\n"] * (MAX_PARTS - 1))).parts) == MAX_PARTS - 1
    beyond = [nested(MAX_DEPTH + 1), nested(2_000), multipart(*[b"\r\n"] * (MAX_PARTS + 1)), b"A: " + b"x" * 1_100_000, b"A: 1\r\n" * 3_000]
    for source in beyond:
        with pytest.raises(ParseError):
            read_entity(source)


@given(
    st.lists(
        st.sampled_from([b"A: 1", b"\r\n", b"\n", b"--b", b"--", b" ", b"\x00", b"\xff", b"Content-Type: multipart/mixed; boundary=b"]),
        max_size=30,
    )
)
def test_any_octets_are_read(pieces: list[bytes]) -> None:
    entity = read_entity(b"".join(pieces))
    assert entity.type.count("/") == 1
