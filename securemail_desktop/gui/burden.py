"""What a message carries, in words for a title: whose, and what of health ("Maria Lopez’s lab result"). Pure; no Qt.

The person and the kind come from what detection found; where either is not known the words stay true ("a patient’s lab result", "patient data").
"""

import re

from securemail_desktop.gui import words
from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.sending.state import Question, Review

LONGEST_NAME = 40

THINGS = {
    "lab": "lab result",
    "result": "test result",
    "vital": "vital signs",
    "drug": "medication",
    "dose": "medication",
    "condition": "diagnosis",
    "shorthand": "clinical note",
    "symptom": "symptoms",
    "procedure": "treatment",
    "bed": "place in hospital",
    "age": "health information",
    "care": "care details",
    "payment": "billing details",
    "general": "health information",
    "place": "care details",
}

# A number that opens accounts or identities is worth its name even where it is not tied to anybody's health.
NUMBERS = frozenset({IdentifierType.SSN, IdentifierType.NATIONAL_ID, IdentifierType.HEALTH_PLAN_ID, IdentifierType.ACCOUNT})
SURE = 0.5

_PRIVATE = frozenset({PersonRole.PATIENT, PersonRole.UNKNOWN})
_APPOINTMENT = re.compile(r"\b(?:appointments?|appt|visits?|check-?ups?|follow-?ups?|consultations?|schedul\w+)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def burden(review: Review) -> str:
    """Return what the message carries: the patient's thing where both are known, else patient data, a number, or just the message."""
    if not review.scan.phi:
        return _number(review)
    patients = _patients(review)
    if len(patients) > 1:
        return f"data of {len(patients)} patients"
    thing = _thing(review)
    if patients:
        return f"{patients[0]}’s {thing or 'patient data'}"
    return f"a patient’s {thing}" if thing else "patient data"


def title(review: Review, question: Question) -> str:
    """Return the consequence as a question with the real address."""
    addresses = {o.recipient.address.key: words.spec(o.recipient.address) for o in review.outlooks}
    if question.recipient:
        return f"Send {burden(review)} to {addresses.get(question.recipient, words.visible(question.recipient))}?"
    count = len(addresses)
    target = next(iter(addresses.values())) if count == 1 else f"{count} recipients"
    return f"Send {burden(review)} to {target}?"


def _number(review: Review) -> str:
    kinds = [f.type for f in review.scan.findings if f.type in NUMBERS and f.confidence >= SURE and f.role in _PRIVATE]
    return words.KINDS[kinds[0]] if kinds else "this message"


def _thing(review: Review) -> str:
    term = review.scan.term
    if term is None:
        return ""
    if term.category in {"care", "general"} and _APPOINTMENT.search(_text(review, term.field, term.start, term.end)):
        return "appointment"
    return THINGS.get(term.category, "health information")


def _patients(review: Review) -> list[str]:
    """Return the names of the patients, each once: "Ms Lopez" is Maria Lopez."""
    pair = review.scan.finding
    found = [f for f in review.scan.findings if f.type == IdentifierType.NAME and f.role == PersonRole.PATIENT]
    if pair is not None and pair.type == IdentifierType.NAME and pair not in found:
        found = [pair, *found]
    names = sorted(filter(None, (_name(review, f) for f in found)), key=lambda name: -len(_parts(name)))
    kept: list[str] = []
    for name in names:
        if not any(_parts(name) <= _parts(longer) for longer in kept):
            kept.append(name)
    return kept


def _name(review: Review, finding: Finding) -> str:
    name = _SPACE.sub(" ", words.visible(_text(review, finding.field, finding.start, finding.end))).strip()
    return name if len(name) <= LONGEST_NAME else ""


def _parts(name: str) -> frozenset[str]:
    parts = frozenset(re.findall(r"[^\W\d_]{2,}", name.casefold())) - {"mr", "mrs", "ms", "miss", "dr"}
    return parts or frozenset({name.casefold()})


def _text(review: Review, field: str, start: int, end: int) -> str:
    return {"subject": review.draft.subject, "body": review.draft.text}.get(field, "")[start:end]
