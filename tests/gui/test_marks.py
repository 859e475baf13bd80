"""Marks move with the text, and only those that are looked at are made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.gui.marks import Layer, Marks
from securemail_desktop.gui.spans import Span, Utf16
from securemail_desktop.gui.tones import Tone
from securemail_desktop.phi.finding import HealthTerm


def layer(*places: tuple[int, int], text: str = "") -> Layer[HealthTerm]:
    terms = [HealthTerm("body", start, end, "lab") for start, end in places]
    return Layer(terms, lambda _, start, end: Span(start, end, Tone.CALM, ""), Utf16(text))


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
    marks = Marks([layer((10, 12))])
    marks.shift(*edit)
    assert [(s.start, s.end) for s in marks.all()] == expected


def test_places_are_in_utf16_units() -> None:
    assert [(s.start, s.end) for s in Marks([layer((2, 5), text="\U0001f600 MRN")]).all()] == [(3, 6)]


PLACES = st.lists(st.integers(1, 9), max_size=12).map(
    lambda steps: [(sum(steps[:n]), sum(steps[:n]) + steps[n]) for n in range(0, len(steps), 2)]
)


@given(st.lists(PLACES, max_size=2), st.integers(0, 60), st.integers(0, 20), st.integers(0, 9))
def test_an_edit_moves_what_is_behind_it_and_takes_what_it_touches(
    kinds: list[list[tuple[int, int]]], position: int, removed: int, added: int
) -> None:
    marks, by = Marks([layer(*places) for places in kinds]), added - removed
    marks.shift(position, removed, added)
    behind = position + removed + (not removed)
    expected = [
        (start, end) if end < position else (start + by, end + by)
        for places in kinds
        for start, end in places
        if end < position or start >= behind
    ]
    assert [(s.start, s.end) for s in marks.all()] == expected
    assert len(marks) == len(expected)


@given(PLACES, st.integers(0, 60), st.integers(0, 60))
def test_what_touches_a_stretch_is_found(places: list[tuple[int, int]], first: int, length: int) -> None:
    last = first + length
    found = [(s.start, s.end) for s in Marks([layer(*places)]).between(first, last)]
    assert found == [(start, end) for start, end in places if end >= first and start <= last]
