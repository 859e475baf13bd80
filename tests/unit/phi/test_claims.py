"""What a sender says of a record, wherever in a long text he says it."""

import pytest

from securemail_desktop.phi import claims
from securemail_desktop.phi.scan import scan

RECORD = "Patient Maria Lopez has HbA1c 8.1.\n"


@pytest.mark.parametrize("before", [0, claims._STEP - 20, claims._STEP - 5, claims._STEP, claims._STEP + claims._LONGEST - 8])
def test_a_claim_is_found_wherever_the_text_is_cut(before: int) -> None:
    text = RECORD + "x" * before + "\nThis is a made-up patient, for teaching purposes.\n"
    assert not scan([("body", text)]).phi


def test_a_cut_makes_no_claim() -> None:
    assert not claims._says(claims._TEST, claims._TEST_SIGNS, "x" * (claims._STEP + claims._LONGEST - 13) + " test patientele")


TESTS = (
    *(
        "zztest",
        "ZZZTRAIN Smith",
        "test patient",
        "Patient: Test, Test",
        "testpatient",
        "dummy record",
        "a fictional patient",
        "Fictitious case",
    ),
    *("made-up chart", "made up name", "synthetic data", "mock record", "FAKE NAME", "simulated case", "not a real patient"),
)
CLAIMS = (
    *(
        "de-identified",
        "Deidentified",
        "anonymised",
        "anonymized",
        "practice dictation",
        "practice case",
        "coding exercise",
        "scribe practice",
    ),
    *(
        "example note",
        "sample report",
        "template letter",
        "demo chart",
        "teaching file",
        "published case",
        "published in",
        "case report from",
    ),
    *("for training purposes", "for educational use", "from a textbook", "standardised patient", "standardized patient", "no identifiers"),
    *("identifiers removed", "this is just a test message", "only a test record"),
)


@pytest.mark.parametrize("text", TESTS)
def test_every_way_to_speak_of_a_test_is_heard(text: str) -> None:
    assert claims._says(claims._TEST, claims._TEST_SIGNS, f"It is a chart ({text}).")


@pytest.mark.parametrize("text", CLAIMS)
def test_every_claim_is_heard(text: str) -> None:
    assert claims._says(claims._CLAIM, claims._CLAIM_SIGNS, f"It is a chart ({text}).")
