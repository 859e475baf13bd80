import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from securemail_desktop.message.flowed import decode, encode

pieces = st.sampled_from(["word ", "a", " ", ">", "> ", "-- ", "From ", "\n", "\n> ", "x" * 75, "\t", "é", "\u2028", "\x0c"])


@given(st.lists(pieces, max_size=30).map("".join))
@example("-- " + "x" * 80)
@example("> -- " + "x" * 80 + " y")
@example("x" * 72 + "  > y")
def test_encode_and_decode_are_inverse(text: str) -> None:
    encoded = encode(text)
    assert encoded is not None or any(line.endswith(" ") for line in text.split("\n"))
    assert encoded is None or decode(encoded) == text


def test_long_lines_wrap_where_words_allow() -> None:
    encoded = encode("word " * 40 + "end\n> " + "quoted " * 20 + "end")
    assert encoded is not None
    assert all(len(line) <= 78 for line in encoded.split("\n"))
    assert all(line.startswith("> ") for line in encoded.split("\n")[3:])


READ = [
    ("a \nb", False, "a b"),
    ("a \nb", True, "ab"),
    ("a\nb", False, "a\nb"),
    (">a \n>b", False, "> a b"),
    (">> a\n> b", False, ">> a\n> b"),
    ("a \n> b", False, "a \n> b"),
    ("a \n-- \nAna", False, "a \n-- \nAna"),
    (" From x\n >y", False, "From x\n>y"),
]


@pytest.mark.parametrize(("wire", "del_space", "text"), READ)
def test_what_others_send(wire: str, del_space: bool, text: str) -> None:
    assert decode(wire, del_space) == text
