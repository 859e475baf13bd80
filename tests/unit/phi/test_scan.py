"""The verdict on messages: tables of our own, by kind. The people are invented; nothing here comes from a benchmark."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.phi.finding import IdentifierType, PersonRole
from securemail_desktop.phi.scan import scan


def test_the_pair_explains_the_verdict():
    text = "Pt Harriet Olsen, K 6.1 this morning"
    result = scan([("subject", "lab"), ("body", text)])
    assert result.phi
    assert text[result.finding.start : result.finding.end] == "Harriet Olsen"
    assert text[result.term.start : result.term.end] == "K 6.1"
    assert result.finding.role is PersonRole.PATIENT
    assert "Harriet" not in result.reason
    assert result.score > 0.5


def test_nothing_in_an_empty_message():
    result = scan([("subject", ""), ("body", "")])
    assert not result.phi
    assert result.findings == ()
    assert result.score == 0


def test_one_finding_a_span():
    text = "Member ID: 4155552671, MRN 4155552671, SSN 219-09-9998"
    spans = [(f.start, f.end) for f in scan([("body", text)]).findings]
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert len(spans) == 3


def test_fields_are_taken_together():
    result = scan([("subject", "see file"), ("body", "as discussed"), ("attachment:0", "Patient: Harriet Olsen\nDiagnosis: sarcoidosis")])
    assert result.phi
    assert result.finding.field == "attachment:0"


def test_a_masked_record_counts_when_its_number_stays():
    assert scan([("body", "De-identified case. MRN 482913, sarcoidosis, on prednisone.")]).phi
    assert not scan([("body", "De-identified case: 54-year-old with sarcoidosis on prednisone.")]).phi


def test_categories_are_sorted_names():
    result = scan([("body", "Pt Harriet Olsen DOB 3/14/1975 has sarcoidosis")])
    assert result.categories == ("DATE", "NAME", "condition")
    assert IdentifierType.DATE in {f.type for f in result.findings}


@given(st.text(max_size=400))
def test_any_text_is_scanned(text):
    result = scan([("body", text)])
    assert 0 <= result.score <= 1
    spans = [(f.start, f.end) for f in result.findings]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
