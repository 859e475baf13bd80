"""Slips of the finger: how many keystrokes, and which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.recipients.slip import Slip, SlipKind, distance, slip

WORD = st.text(alphabet="abcde.", max_size=8)


@pytest.mark.parametrize(
    ("typed", "meant", "expected"),
    [
        ("gmial", "gmail", Slip(SlipKind.SWAPPED, 1)),
        ("gmal", "gmail", Slip(SlipKind.OMITTED, 1)),
        ("gmaail", "gmail", Slip(SlipKind.DOUBLED, 1)),
        ("gmaiil", "gmail", Slip(SlipKind.DOUBLED, 1)),
        ("gmaixl", "gmail", Slip(SlipKind.EXTRA, 1)),
        ("gmsil", "gmail", Slip(SlipKind.NEIGHBOUR, 1)),
        ("hmail", "gmail", Slip(SlipKind.NEIGHBOUR, 1)),
        ("gmoil", "gmail", Slip(SlipKind.OTHER, 1)),
        ("gmoul", "gmail", Slip(SlipKind.FAR, 2)),
        ("gmail", "gmail", None),
        ("hotmail", "gmail", None),
    ],
)
def test_names_the_slip(typed: str, meant: str, expected: Slip | None) -> None:
    assert slip(typed, meant) == expected


@given(WORD, WORD)
def test_distance_is_symmetric_and_zero_only_for_equals(left: str, right: str) -> None:
    assert distance(left, right, 9) == distance(right, left, 9)
    assert (distance(left, right, 9) == 0) == (left == right)


@given(WORD, st.integers(0, 7), st.sampled_from("abcde."))
def test_one_keystroke_is_one_edit(word: str, at: int, letter: str) -> None:
    assert distance(word[:at] + letter + word[at:], word, 2) == 1
    assert distance(word[:at] + word[at + 1 :], word, 2) == int(at < len(word))


def test_counts_no_further_than_the_limit() -> None:
    assert distance("abcdefgh", "12345678", 2) == 3
