"""The verdict: a person is identifiable AND health, care or payment is tied to him; and the pair that made it.

Each identifier gets points for how well it identifies a patient, and for the health terms tied to it: in its sentence, near it, or, when it is
plainly a patient's, anywhere in the message. What speaks for no person in particular (shifts, courses, shortages, marketing) takes points away.
The points are log odds about the threshold, so that the score is a probability.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.phi.claims import disclaimed
from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole, Scan
from securemail_desktop.phi.page import Page, Zone
from securemail_desktop.phi.setting import Setting, setting_of

THRESHOLD = 3.0
STEEPNESS = 1.6
NEAR, MOST = 300, 40
_IDENTITY = {
    IdentifierType.SSN: 2.6,
    IdentifierType.MRN: 2.6,
    IdentifierType.HEALTH_PLAN_ID: 2.2,
    IdentifierType.NATIONAL_ID: 2.4,
    IdentifierType.DEVICE: 1.6,
    IdentifierType.AGE: 1.3,
    IdentifierType.ACCOUNT: 1.0,
    IdentifierType.ADDRESS: 1.0,
    IdentifierType.PHONE: 0.3,
    IdentifierType.EMAIL: 0.6,
    IdentifierType.URL: 0.2,
    IdentifierType.PHOTO: 0.5,
    IdentifierType.BIOMETRIC: 1.5,
    IdentifierType.LICENSE: 0.8,
}
_LOOSE = frozenset({IdentifierType.PHONE, IdentifierType.EMAIL, IdentifierType.ADDRESS, IdentifierType.URL})
_HEALTH = {
    "result": 2.6,
    "dose": 2.2,
    "shorthand": 1.9,
    "drug": 2.0,
    "condition": 1.9,
    "procedure": 1.8,
    "lab": 1.6,
    "bed": 1.6,
    "vital": 1.6,
    "age": 1.2,
    "symptom": 1.5,
    "care": 1.2,
    "payment": 1.1,
    "general": 0.5,
}
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
_FURTHER = 0.35
_FAR, _EACH_FAR = 0.8, 0.12
_SUBJECT_OF = re.compile(
    r"^(?:'s?\b|,? (?:is|was|has|had|needs?|wants?|called|calling|refus\w+|reports?|denies|complain\w*|presents?|fell|"
    r"came|due|missed|tolerat\w+|asking|asked|"
    r"picked|scheduled|admitted|seen|started|stopped|still|took|takes|taking|ran|forgot|says|said|states|feels|"
    r"developed|tested|got|gets|spik\w+|dropped|"
    r"in (?:rm|room|bed|\d)|with|w/|s/p|on|to|for|did|didn't|didnt|used|back|having|reaching|going|agreed|disputes|"
    r"attended|delivered|shows|signed|wrote)\b|"
    r"[:;|] ?| ?- | \d)",
    re.IGNORECASE,
)
_OBJECT_OF = re.compile(
    r"\b(?:on|for|with|about|of|to|tell|call|move|see|saw|seen|transfer|holding|discharge|admit|"
    r"sched|schedule|is|and|my|neighbor) $",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:his|her|hers|she|he|him|pt|she's|he's)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """An identifier, the health term tied to it, and the points of both."""

    points: float
    finding: Finding
    term: HealthTerm | None


def decide(pages: Sequence[Page], findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> Scan:
    """Return the verdict on one message."""
    setting = setting_of(pages, terms)
    pairs = [pair for page in pages for pair in _pairs(page, findings, terms, setting)]
    best = max(pairs, key=lambda pair: pair.points, default=None)
    return _scan(best, disclaimed(pages, findings), findings, terms)


def _pairs(page: Page, findings: Sequence[Finding], terms: Sequence[HealthTerm], setting: Setting) -> list[Pair]:
    own = [t for t in terms if t.field == page.field]
    starts = [t.start for t in own]
    opening = [t for t in terms if t.field == "body" and t.start < NEAR][:MOST]
    strongest = max(terms, key=lambda t: _HEALTH[t.category], default=None)
    far = _HEALTH[strongest.category] * _FAR + min(len(terms), 6) * _EACH_FAR if strongest else 0.0
    pairs = []
    for finding in findings:
        identity = _identity(finding, page) if finding.field == page.field else 0.0
        if identity <= 0:
            continue
        tied = _tied(page, finding, own, starts)
        if finding.field == "subject":
            tied += [(term, 0.8) for term in opening]
        term, health = _health(tied)
        if finding.role is PersonRole.PATIENT and far > health:
            term, health = strongest, far
        pairs.append(Pair(identity + health + _personal(page, finding, setting, tied=term is not None), finding, term))
    return pairs


def _identity(finding: Finding, page: Page) -> float:
    """Return how well a finding identifies a patient, in points; 0 for what is a provider's or stands in headers and signatures."""
    if finding.role in {PersonRole.PROVIDER, PersonRole.ORGANIZATION} or page.zone(finding.start) is not Zone.CONTENT:
        return 0.0
    patient = finding.role is PersonRole.PATIENT
    if finding.type is IdentifierType.NAME:
        return 2 * finding.confidence + (0.8 if patient else 0.0)
    if finding.type is IdentifierType.DATE:
        return 1.8 if patient else 0.0
    return _IDENTITY.get(finding.type, 0.0) * (1.0 if patient or finding.type in _LOOSE else 0.8)


def _personal(page: Page, finding: Finding, setting: Setting, *, tied: bool) -> float:
    """Return the points of what shows that the text is about this person, less those of what shows that it is about nobody."""
    patient = finding.role is PersonRole.PATIENT
    points = -setting.impersonal * (0.4 if patient else 1.0)
    if not tied:
        return points
    points += setting.clinical
    text = page.text
    if _PERSON.search(text, finding.end, finding.end + 160):
        points += 0.4
    if finding.type is IdentifierType.NAME and not patient:
        about = _SUBJECT_OF.match(text[finding.end : finding.end + 24]) or _OBJECT_OF.search(
            text, max(0, finding.start - 16), finding.start
        )
        points += 0.4 if about else 0.0
    return points


def _tied(page: Page, finding: Finding, own: Sequence[HealthTerm], starts: Sequence[int]) -> list[tuple[HealthTerm, float]]:
    """Return the terms near the finding with the strength of the tie: 1 in its sentence, less beyond."""
    low, high = bisect_left(starts, finding.start - NEAR), bisect_left(starts, finding.end + NEAR)
    home = page.sentence(finding.start)
    tied = []
    for term in own[low : min(high, low + MOST)]:
        if term.start >= finding.end or term.end <= finding.start:
            distance = abs(page.sentence(term.start) - home)
            tied.append((term, 1.0 if distance == 0 else 0.8 if distance == 1 else 0.5))
    return tied


def _health(tied: Sequence[tuple[HealthTerm, float]]) -> tuple[HealthTerm | None, float]:
    """Return the term that ties most, and the points of all of them together."""
    if not tied:
        return None, 0.0
    weighted = sorted(((_HEALTH[t.category] * strength, -i) for i, (t, strength) in enumerate(tied)), reverse=True)
    points, index = weighted[0]
    return tied[-index][0], points + _FURTHER * sum(p for p, _ in weighted[1:4])


def _scan(best: Pair | None, claim: str, findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> Scan:
    found, known = tuple(findings), tuple(terms)
    if best is None:
        return Scan(phi=False, score=0.0, findings=found, terms=known, reason="No person is identified.")
    score = 1 / (1 + math.exp(STEEPNESS * (THRESHOLD - best.points)))
    if claim:
        return Scan(phi=False, score=min(score, 0.3), findings=found, terms=known, reason=f"Not taken for patient data, because {claim}.")
    if best.term is None or best.points < THRESHOLD:
        reason = "No health, care or payment is tied to an identified person."
        return Scan(phi=False, score=min(score, 0.49), findings=found, terms=known, reason=reason)
    evidence = best.finding.evidence
    reason = f"{evidence[:1].upper()}{evidence[1:]} is tied to {_WORDS[best.term.category]}."
    return Scan(True, score, found, known, reason, best.finding, best.term)
