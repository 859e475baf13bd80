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
    assert not claims._says(claims._TEST, "x" * (claims._STEP + claims._LONGEST - 13) + " test patientele")
