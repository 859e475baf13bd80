"""The record of a user's "this is not patient data": which detector was wrong and the shape of what it took, for the administrator's tuning.

The text itself never enters the journal: digits become 0, letters a or A, so that "4821193" is "0000000" and "Maria Lopez" is "Aaaaa Aaaaa".
"""

from dataclasses import dataclass

from securemail_desktop.audit.canonical import Json

ACT = "feedback"
LONGEST = 64


@dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """One report: the detector's name, the type that it gave, `subject`, `body` or `attachment:N`, and the shape of the text."""

    detector: str
    type: str
    field: str
    shape: str


def shape_of(text: str) -> str:
    """Return the text with every letter and digit masked, shortened to 64 characters."""
    return "".join(map(_mask, text[:LONGEST]))


def feedback_fields(record: FeedbackRecord) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields, and no sealed ones."""
    return {"fb": {"det": record.detector, "type": record.type, "where": record.field, "shape": record.shape}}, {}


def _mask(sign: str) -> str:
    if sign.isdigit() or sign.isnumeric():
        return "0"
    if sign.isalpha():
        return "A" if sign.isupper() else "a"
    return sign if sign.isascii() and sign.isprintable() else "?"
