"""Words are found as a reader sees them, at the offsets that Qt counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.gui.occurrences import MOST, occurrences


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Her HbA1c is 7.1 %", "hba1c", ["HbA1c"]),
        ("Müller, MULLER, muller", "müller", ["Müller", "MULLER", "muller"]),
        ("repeat the\n  biopsy", "the biopsy", ["the\n  biopsy"]),
        ("bio\u200bpsy and bio\u00adpsy", "biopsy", ["bio\u200bpsy", "bio\u00adpsy"]),
        ("Straße", "STRASSE", ["Straße"]),
        ("\U0001f600 pain \U0001f600 pain", "pain", ["pain", "pain"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("nothing", "some", []),
        ("text", "  ", []),
        ("", "x", []),
    ],
)
def test_words_are_found(text: str, wanted: str, found: list[str]) -> None:
    units = text.encode("utf-16-le")
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end in occurrences(text, wanted)] == found


def test_no_more_places_are_told_than_anybody_steps_through() -> None:
    assert len(occurrences("x " * 5000, "x")) == MOST


@given(st.text(), st.text())
def test_places_are_in_order_and_within_the_text(text: str, wanted: str) -> None:
    places = occurrences(text, wanted)
    ends = [0, *(end for _, end in places)]
    assert all(before <= start < end for before, (start, end) in zip(ends, places, strict=False))
    assert ends[-1] <= len(text.encode("utf-16-le", "surrogatepass")) // 2
