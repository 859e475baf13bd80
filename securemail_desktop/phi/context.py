"""The verdict: a person is identifiable AND health, care or payment is tied to him; and the pair that made it.

Each identifier gets points for how well it identifies a patient, and for the health terms tied to it: in its sentence, near it, or, when it is
plainly a patient's, anywhere in the message. What speaks for no person in particular (shifts, courses, shortages, marketing) takes points away.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.phi.claims import disclaimed
from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole, Scan
from securemail_desktop.phi.page import Page, Zone
from securemail_desktop.phi.setting import Setting, setting_of

THRESHOLD = 4.0
NEAR, MOST = 300, 40
_IDENTITY = {
    IdentifierType.SSN: 3.0,
    IdentifierType.MRN: 3.2,
    IdentifierType.HEALTH_PLAN_ID: 3.0,
    IdentifierType.NATIONAL_ID: 3.0,
    IdentifierType.DEVICE: 2.2,
    IdentifierType.AGE: 1.5,
    IdentifierType.ACCOUNT: 1.0,
    IdentifierType.ADDRESS: 1.0,
    IdentifierType.PHONE: 0.6,
    IdentifierType.EMAIL: 0.6,
    IdentifierType.PHOTO: 0.5,
    IdentifierType.BIOMETRIC: 2.0,
    IdentifierType.LICENSE: 1.0,
}
_HEALTH = {
    "result": 3.0,
    "dose": 2.5,
    "shorthand": 2.5,
    "drug": 2.2,
    "condition": 2.0,
    "procedure": 2.0,
    "lab": 1.8,
    "bed": 1.8,
    "vital": 1.8,
    "age": 1.5,
    "symptom": 1.5,
    "care": 1.2,
    "payment": 1.2,
    "general": 0.5,
}
_FURTHER = 0.35


@dataclass(frozen=True, slots=True)
class Pair:
    """An identifier, the health term tied to it, and the points of both."""

    points: float
    finding: Finding
    term: HealthTerm | None


def decide(pages: Sequence[Page], findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> Scan:
    """Return the verdict on one message."""
    setting = setting_of(pages, terms)
    best: Pair | None = None
    for page in pages:
        own = [t for t in terms if t.field == page.field]
        for finding in findings:
            if finding.field == page.field and finding.role is not PersonRole.PROVIDER and finding.role is not PersonRole.ORGANIZATION:
                pair = _pair(page, finding, own, terms, setting)
                if pair is not None and (best is None or pair.points > best.points):
                    best = pair
    return _scan(best, disclaimed(pages, findings), findings, terms)


def _pair(page: Page, finding: Finding, own: Sequence[HealthTerm], every: Sequence[HealthTerm], setting: Setting) -> Pair | None:
    identity = _identity(finding, page)
    if identity <= 0:
        return None
    tied = _tied(page, finding, own)
    term, health = _health(tied)
    patient = finding.role is PersonRole.PATIENT
    if patient and every:
        far, farther = max(((t, _HEALTH[t.category]) for t in every), key=lambda pair: pair[1])
        if farther * 0.8 + min(len(every), 6) * 0.15 > health:
            term, health = far, farther * 0.8 + min(len(every), 6) * 0.15
    if term is None:
        return Pair(identity, finding, None)
    return Pair(identity + health - setting.impersonal * (0.4 if patient else 1.0) + (setting.clinical if tied else 0.0), finding, term)


def _identity(finding: Finding, page: Page) -> float:
    """Return how well a finding identifies a patient, in points."""
    if page.zone(finding.start) is not Zone.CONTENT:
        return 0.0
    patient = finding.role is PersonRole.PATIENT
    if finding.type is IdentifierType.NAME:
        return 2 * finding.confidence + (0.9 if patient else 0.0)
    if finding.type is IdentifierType.DATE:
        return 2.2 if patient else 0.0
    return _IDENTITY.get(finding.type, 0.0) * (
        1.0 if patient or finding.type in {IdentifierType.PHONE, IdentifierType.EMAIL, IdentifierType.ADDRESS} else 0.8
    )


def _tied(page: Page, finding: Finding, own: Sequence[HealthTerm]) -> list[tuple[HealthTerm, float]]:
    """Return the terms near the finding with the strength of the tie: 1 in its sentence, less beyond."""
    starts = [t.start for t in own]
    low, high = bisect_left(starts, finding.start - NEAR), bisect_left(starts, finding.end + NEAR)
    home = page.sentence(finding.start)
    tied = []
    for term in own[low:high][:MOST]:
        if term.start < finding.end and term.end > finding.start:
            continue
        distance = abs(page.sentence(term.start) - home)
        tied.append((term, 1.0 if distance == 0 else 0.7 if distance == 1 else 0.5))
    return tied


def _health(tied: Sequence[tuple[HealthTerm, float]]) -> tuple[HealthTerm | None, float]:
    """Return the term that ties most, and the points of all of them together."""
    if not tied:
        return None, 0.0
    weighted = sorted(((_HEALTH[t.category] * strength, i) for i, (t, strength) in enumerate(tied)), reverse=True)
    points, index = weighted[0]
    return tied[index][0], points + _FURTHER * sum(p for p, _ in weighted[1:4])


def _scan(best: Pair | None, claim: str, findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> Scan:
    found, known = tuple(findings), tuple(terms)
    if best is None:
        return Scan(phi=False, score=0.0, findings=found, terms=known, reason="No person is identified.")
    score = 1 / (1 + math.exp(THRESHOLD - best.points)) if best.term else min(0.4, best.points / 10)
    if claim:
        return Scan(phi=False, score=min(score, 0.3), findings=found, terms=known, reason=f"Not taken for patient data, because {claim}.")
    if best.term is None or best.points < THRESHOLD:
        return Scan(
            phi=False,
            score=min(score, 0.49),
            findings=found,
            terms=known,
            reason="No health, care or payment is tied to an identified person.",
        )
    reason = f"{best.finding.evidence[:1].upper()}{best.finding.evidence[1:]} is tied to {_WORDS[best.term.category]}."
    return Scan(True, score, found, known, reason, best.finding, best.term)


_WORDS = {
    "result": "a result",
    "dose": "a dose",
    "shorthand": "clinical shorthand",
    "drug": "a medicine",
    "condition": "a condition",
    "procedure": "a procedure or treatment",
    "lab": "a laboratory test",
    "bed": "a room or bed",
    "vital": "a vital sign",
    "age": "a patient's age",
    "symptom": "a symptom",
    "care": "care",
    "payment": "payment for care",
    "general": "a word of health",
}
