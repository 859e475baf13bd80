"""The verdict: a person is identifiable AND health, care or payment is tied to him; and the pair that made it.

Every identifier is judged with what ties health to it (`ties`) by a logistic model, whose weights `tests/training/phi.py` makes: the score is
the probability that the message holds patient data, and the pair that scores highest is the evidence.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from operator import mul
from pathlib import Path

from securemail_desktop.phi.claims import disclaimed
from securemail_desktop.phi.finding import Finding, HealthTerm, Scan
from securemail_desktop.phi.genre import WORDED, Genre
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.setting import own, setting_of
from securemail_desktop.phi.ties import FEATURES, Pair, pairs_of

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
    "place": "a place of care",
    WORDED: "words of care",
}


def decide(pages: Sequence[Page], findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> Scan:
    """Return the verdict on one message."""
    genre, pairs = every_pair(pages, findings, terms)
    best = max(pairs, key=_points, default=None)
    if best is not None and best.term is None:
        best = replace(best, term=genre.telling(best.finding))
    return _scan(best, disclaimed(pages, findings), findings, terms)


def every_pair(pages: Sequence[Page], findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> tuple[Genre, list[Pair]]:
    """Return the genre and the pairs of one message; training reads them too."""
    written_by = [own(page) for page in pages]
    setting, genre = setting_of(written_by, pages, terms), Genre(pages, written_by)
    return genre, list(pairs_of(pages, findings, terms, setting, genre)) if findings else []


@cache
def _weights() -> tuple[float, ...]:
    weights = json.loads((Path(__file__).parent / "weights.json").read_text(encoding="utf-8"))["weights"]
    return tuple(float(weights[name]) for name in FEATURES)


def _points(pair: Pair) -> float:
    """Return the log odds."""
    return float(sum(map(mul, _weights(), pair.features)))


def _scan(best: Pair | None, claim: str, findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> Scan:
    found, known = tuple(findings), tuple(terms)
    if best is None:
        reason = "No health, care or payment is tied to an identified person." if found else "No person is identified."
        return Scan(phi=False, score=0.0, findings=found, terms=known, reason=reason)
    points = _points(best)
    score = 1 / (1 + math.exp(-points))
    if claim:
        return Scan(phi=False, score=min(score, 0.3), findings=found, terms=known, reason=f"Not taken for patient data, because {claim}.")
    if points < 0:
        reason = "No health, care or payment is tied to an identified person."
        return Scan(phi=False, score=min(score, 0.49), findings=found, terms=known, reason=reason)
    evidence = best.finding.evidence
    tie = _WORDS[best.term.category if best.term else WORDED]
    reason = f"{evidence[:1].upper()}{evidence[1:]} is tied to {tie}."
    return Scan(True, score, found, known, reason, best.finding, best.term)
