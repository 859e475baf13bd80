"""What must not hide a patient: the words of a disclaimer, a header's word, a signature's dashes, invisible and full-width characters."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.phi.folded import fold
from securemail_desktop.phi.identifiers.unlisted_names import borne
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.scan import scan
from securemail_desktop.phi.terms.vocabulary import vocabulary

PATIENT = "Patient John Smith, DOB 03/04/1961, MRN 12345678, SSN 219-09-9999. HIV positive, on antiretroviral therapy."
WIDE = "".join(chr(ord(c) + 0xFEE0) if 33 <= ord(c) < 127 else c for c in PATIENT)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("body", PATIENT),
        ("body", f"{PATIENT} Please respect the patient's confidentiality."),
        ("body", f"CONFIDENTIALITY NOTICE: for the intended recipient only\n{PATIENT}"),
        ("subject", f"Confidentiality notice: {PATIENT}"),
        ("body", f"To: {PATIENT}"),
        ("body", f"De: {PATIENT}"),
        ("body", f"On Monday {PATIENT[:100]} wrote:"),
        ("body", "Hello\n--\nJohn Smith\nDOB 03/04/1961\nMRN 12345678\nHIV positive\n"),
        ("body", "CONFIDENTIALITY NOTICE: for the intended recipient\nJohn Smith is HIV positive and takes antiretrovirals."),
        ("body", "This message may contain privileged information. Patient John Smith is HIV positive and takes antiretrovirals."),
        ("body", "Regards,\nAlice\nPS: Mr Smith's biopsy showed melanoma.\n"),
        ("body", "On Tuesday Mrs Smith said:\nher chemotherapy starts Monday"),
        ("attachment:0", "confidentiality notice,name,dob\nx,John Smith,03/04/1961,MRN 12345678,HIV positive\n"),
        ("body", "\u00ad".join(PATIENT)),
        ("body", "\u200b".join(PATIENT)),
        ("body", WIDE),
        ("body", "MRN: \u0669\u0669\u0663\u0663\u0661\u0667\u0667\u0664 is HIV positive and takes antiretrovirals."),
        ("body", "\0".join(PATIENT)),
        ("body", "\ufe0f".join(PATIENT)),
        ("body", "\u034f".join(PATIENT)),
        ("body", "\u2800".join(PATIENT)),
        ("body", "\u0335".join(PATIENT)),
        ("body", PATIENT.translate(str.maketrans("aeopcxiMHTBAEOPCK", "аеорсхіМНТВАЕОРСК"))),
        ("body", "https://ehr.example/letter?text=" + PATIENT.replace(" ", "%20")),
        ("attachment:0", f"mailto:bob@hospital.example?subject={PATIENT.replace(' ', '%20')}"),
    ],
)
def test_a_patient_is_found(field, text):
    assert scan([(field, text)]).phi


@pytest.mark.parametrize(
    "text",
    [
        "See you at 3.\n\nBest regards\nJohn Smith, MD\nDiabetes Center, North Clinic\n",
        "The rota is attached.\n\nThis message may contain protected health information about HIV or drug treatment and is confidential.\n",
        "Lunch?\n\nOn 3 March 2026 John Smith <john@clinic.example> wrote:\n> Sure.\n",
    ],
)
def test_signatures_and_disclaimers_alone_are_no_patient(text):
    assert not scan([("body", text)]).phi


def test_offsets_are_those_of_the_text_as_it_was_given():
    text = "\u200bpt\u00ad MRN 123\u20604567, K+ 6.1"
    finding = next(f for f in scan([("body", text)]).findings if f.type == "MRN")
    assert text[finding.start : finding.end].replace("\u2060", "").endswith("1234567")


@given(st.text())
def test_every_offset_lies_in_the_original(text):
    folded = fold(text)
    origins = [folded.original(n) for n in range(len(folded.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@given(st.text(alphabet=[*map(chr, range(9, 14)), *map(chr, range(0x20, 0x7F))]).filter(lambda text: "%" not in text))
def test_plain_text_stays(text):
    folded = fold(text)
    assert folded.text == text
    assert [folded.original(n) for n in range(len(text))] == list(range(len(text)))


@pytest.mark.parametrize("line", [">" * 20_000, "> " * 20_000, "|" * 20_000, "On " * 10_000, "a " * 20_000])
def test_a_long_line_takes_linear_time(line):
    half, whole = (timed(line[: len(line) // 2]), timed(line))
    assert whole < 6 * half + 0.3


def timed(text):
    """Return the shorter of two, in seconds of the processor: a busy machine may interrupt either."""
    took = []
    for _ in range(2):
        start = time.process_time()
        scan([("body", text)])
        took.append(time.process_time() - start)
    return min(took)


def test_a_line_of_particles_is_read_once():
    page = Page("body", "van " * 40, vocabulary())
    calls = []
    words = page.words
    page.words = type("Counted", (list,), {"__getitem__": lambda self, index: calls.append(index) or list.__getitem__(self, index)})(words)
    assert borne(page, 0) is None
    assert len(calls) < 40
