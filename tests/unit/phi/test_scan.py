"""The verdict on messages: tables of our own, by kind. The people are invented; nothing here comes from a benchmark."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.phi.finding import IdentifierType, PersonRole
from securemail_desktop.phi.scan import Scanner, scan


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


@pytest.mark.parametrize(
    "before",
    [
        "Attached are the patient test results.",
        "It is from the patient test panel.",
        "The test data is back.",
        "The last test message did not arrive.",
        "> we sent you a test message yesterday",
    ],
)
def test_words_about_tests_switch_nothing_off(before):
    assert scan([("body", f"{before}\nRosa Delgado, MRN 00482913, DOB 03/04/1961, is HIV positive and starts Biktarvy.")]).phi


SENTENCE = "Rosa Delgado tested positive for HIV and starts Biktarvy on Monday."


@pytest.mark.parametrize(
    "before", ["Thanks.", "Please delete it.", "The plan.\nThe second plan.", "Best", "Thanks,", "Dear Bob,", "Hi Dr. Lund,", "Hello"]
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_who_begins_a_line_is_found_whatever_line_stands_before(before, gap):
    result = scan([("body", before + gap + SENTENCE)])
    assert result.phi
    assert result.finding.role is not PersonRole.PROVIDER


@pytest.mark.parametrize("lines", [100, 1000])
def test_no_length_drowns_a_sentence(lines):
    plan = "\n".join(["The plan for the new office with tables and the cost of carpets."] * lines)
    assert scan([("body", f"{plan}\n{SENTENCE}\n{plan}")]).phi


@pytest.mark.parametrize(
    "claim", ["For training purposes a copy goes to Carol.", "A sample letter is attached.", "This was published in our morning list."]
)
def test_no_claim_covers_somebody_named_in_full(claim):
    assert scan([("body", f"{claim} Rosa Delgado is HIV positive and on Biktarvy.")]).phi


@pytest.mark.parametrize("greeting", ["Dear Bob, ", "Hi Carol, ", "Dear colleagues, "])
def test_who_follows_a_greeting_is_named_in_full(greeting):
    text = greeting + "Helen Fairweather, MRN 00482913, has a potassium of 6.1."
    found = {text[f.start : f.end] for f in scan([("body", text)]).findings if f.type is IdentifierType.NAME}
    assert "Helen Fairweather" in found


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


NOTE = [("subject", "Result"), ("attachment:0", "Maria Lopez, MRN 4711882, has pneumonia."), ("attachment:1", "See you at lunch.")]


def test_a_scanner_says_the_same_however_often_it_is_asked():
    scanner = Scanner(60)
    for fields in (NOTE, NOTE[:1], NOTE[::-1], [(field, text.replace("Lopez", "Chen")) for field, text in NOTE], NOTE):
        assert scanner.scan(fields) == scan(fields)


def test_a_scanner_reads_each_text_again_only_when_it_has_changed(monkeypatch):
    read = []
    monkeypatch.setattr("securemail_desktop.phi.scan.find_terms", lambda page, _: read.append((page.field, page.text)) or [])
    scanner = Scanner()
    first, second = [("subject", "Result"), ("body", "one")], [("subject", "Result"), ("body", "two")]
    for fields in (first, first, second, second, first, [("subject", "Results"), ("body", "one")]):
        scanner.scan(fields)
    assert read == [("subject", "Result"), ("body", "one"), ("body", "two"), ("body", "one"), ("subject", "Results")]


@given(st.lists(st.sampled_from(["Result", "Maria Lopez, MRN 4711882, has pneumonia.", "See you at lunch.", ""]), min_size=2, max_size=8))
def test_a_scanner_never_answers_with_an_earlier_text(texts):
    scanner = Scanner()
    for subject, body in pairwise(texts):
        fields = [("subject", subject), ("body", body)]
        assert scanner.scan(fields) == scan(fields)


def test_a_scanner_reads_a_display_name_once_wherever_it_stands(monkeypatch):
    read = []
    monkeypatch.setattr("securemail_desktop.phi.scan.find_terms", lambda page, _: read.append(page.text) or [])
    scanner = Scanner()
    for number in (4, 4, 3):
        scanner.scan([(f"recipient:{number}", "Ward 7, night shift")])
    assert read == ["Ward 7, night shift"]


@pytest.mark.parametrize("before", ["recipient:1", "recipient:2"])
def test_a_display_name_that_tells_is_told_in_its_own_field(before):
    scanner, fields = Scanner(), [("recipient:1", "John Smith diabetic foot, MRN 4711882")]
    scanner.scan([(before, fields[0][1])])
    assert scanner.scan(fields) == scan(fields)
    assert scan(fields).phi


def test_a_scanner_reads_an_attachment_once_and_forgets_beyond_its_bound(monkeypatch):
    read = []
    monkeypatch.setattr("securemail_desktop.phi.scan.find_terms", lambda page, _: read.append(page.field) or [])
    scanner = Scanner(60)
    scanner.scan(NOTE)
    scanner.scan(NOTE)
    assert [read.count(field) for field, _ in NOTE] == [1, 1, 1]
    scanner.scan([("attachment:0", "x" * 50)])
    scanner.scan(NOTE[1:])
    assert read.count("attachment:0") == 3
