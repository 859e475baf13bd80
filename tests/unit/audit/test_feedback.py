"""Reports of false findings hold no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.audit.canonical import canonical
from securemail_desktop.audit.feedback import LONGEST, FeedbackRecord, feedback_fields, shape_of


@pytest.mark.parametrize(
    ("text", "shape"),
    [("4821193", "0000000"), ("Maria Lopez", "Aaaaa Aaaaa"), ("MRN-12/b", "AAA-00/a"), ("É٣½\u202e", "A00?"), ("", "")],
)
def test_shape_masks_letters_and_digits(text: str, shape: str) -> None:
    assert shape_of(text) == shape


@given(st.text())
def test_no_letter_or_digit_of_the_text_survives(text: str) -> None:
    shape = shape_of(text)
    assert len(shape) <= LONGEST
    assert not {c for c in shape if c.isalnum()} - set("0aA")


def test_record_has_a_canonical_form_and_nothing_sealed() -> None:
    clear, sealed = feedback_fields(FeedbackRecord("mrn", "MRN", "body", "0000000"))
    assert canonical(clear) == b'{"fb":{"det":"mrn","shape":"0000000","type":"MRN","where":"body"}}'
    assert sealed == {}
