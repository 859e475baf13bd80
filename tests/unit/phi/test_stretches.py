"""Identifiers and values are searched only about the words, digits and marks that they hold: the answer is that of a search of the whole text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import securemail_desktop.phi.scan as scanning
from securemail_desktop.phi.identifiers.pattern import numbered
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.scan import scan
from tests.support.marked import cases, marked, messages, without_marks

IDENTIFIERS = [marked(text)[0] for file in sorted((Path(__file__).parent / "identifiers").glob("*.txt")) for _, text in cases(file)]
VERDICTS = [without_marks(body) for file in sorted((Path(__file__).parent / "verdicts").glob("*.txt")) for _, _, body in messages(file)]


class WholePage(Page):
    """A page that is searched everywhere, for whatever."""

    def __init__(self, field, text, vocabulary):
        super().__init__(field, text, vocabulary)
        self.most_digits = len(text)

    def near(self, cues, reach, digits=0):
        return [(0, len(self.text))]

    def numeric(self, digits=1):
        return [(0, len(self.text))]

    def about(self, mark, before, after):
        return [(0, len(self.text))]


def whole(text):
    """Return what a search of the whole text finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "Page", WholePage)
        return scan([("body", text)])


@pytest.mark.slow
@pytest.mark.parametrize("texts", [IDENTIFIERS, VERDICTS], ids=["identifiers", "messages"])
def test_a_search_of_stretches_finds_what_a_search_of_the_whole_text_finds(texts):
    assert [text for text in texts if scan([("body", text)]) != whole(text)] == []


@given(st.lists(st.sampled_from(IDENTIFIERS + VERDICTS), min_size=2, max_size=6), st.sampled_from([" ", "\n", ", ", "\n\n> ", "\t"]))
def test_a_search_of_stretches_of_mixed_texts_does_too(texts, joint):
    text = joint.join(texts)
    assert scan([("body", text)]) == whole(text)


@pytest.mark.parametrize(
    "text",
    ["PatientID: 123456", "memberId: A1234567", "NHSNumber: 943 476 5919", "policyno A1234567", "EncounterID 123456", "deviceSN: A1234567"],
)
def test_a_search_of_stretches_finds_numbers_beside_words_written_together(text):
    assert scan([("body", text)]) == whole(text)
    assert any(numbered(text[found.start : found.end]) for found in scan([("body", text)]).findings)


@given(st.text(alphabet="aA1 2٣/@.:+-()xfygmkEO\n&%", max_size=120))
def test_a_search_of_stretches_of_any_text_does_too(text):
    assert scan([("body", text)]) == whole(text)
