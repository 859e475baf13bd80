"""Code points and UTF-16 units, and marks that move with the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.gui.spans import Span, Utf16, shift
from securemail_desktop.gui.tones import Tone


@pytest.mark.parametrize(
    ("text", "code_points", "units"), [("abc", 2, 2), ("a😀b", 1, 1), ("a😀b", 2, 3), ("😀😀", 2, 4), ("ü", 1, 1), ("", 0, 0)]
)
def test_offsets(text: str, code_points: int, units: int) -> None:
    assert Utf16(text).offset(code_points) == units


@given(st.text(), st.data())
def test_offset_is_the_length_in_utf16(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert Utf16(text).offset(at) == len(text[:at].encode("utf-16-le", "surrogatepass")) // 2


def span(start: int, end: int) -> Span:
    return Span(start, end, Tone.CALM, "")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ((0, 0, 3), [(13, 15)]),  # typed before
        ((20, 0, 3), [(10, 12)]),  # typed after
        ((10, 1, 0), []),  # its first letter is gone
        ((11, 0, 1), []),  # typed inside
        ((12, 0, 1), []),  # the word grew
        ((10, 0, 1), []),  # the word grew at its start
        ((0, 5, 2), [(7, 9)]),  # replaced before
        ((5, 10, 0), []),  # all of it is gone
        ((8, 2, 0), [(8, 10)]),  # removed right before
    ],
)
def test_marks_move_with_the_text(edit: tuple[int, int, int], expected: list[tuple[int, int]]) -> None:
    assert [(s.start, s.end) for s in shift([span(10, 12)], *edit)] == expected
