"""What a sender says of a record: that it is a test, published, de-identified or an exercise.

A plain claim is taken at its word. It doesn't cover what identifies a person all the same: a number of his, his full name, or any name of his with
his birth date.
"""

import re
from collections.abc import Sequence

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page

_TEST = re.compile(
    r"\bzz+(?:test|train|demo|trn|fake|dummy|dev|patient)\w*|\btest ?,? ?patient\b|\bpatient ?: ?test ?,? ?test\b|\btestpatient|"
    r"\bdummy (?:patient|record|data)|\b(?:fictional|fictitious|made[- ]up|synthetic|mock|fake|simulated) (?:patient|"
    r"record|data|chart|case|name)|\bnot a real patient",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\bde-?identified|\banonymi[sz]ed|\bpractice (?:dictation|note|case|exercise)|\b(?:coding|scribe|charting|"
    r"documentation) (?:exercise|practice)|"
    r"\b(?:example|sample|template|demo) (?:note|report|dictation|letter|chart)|\bteaching (?:material|example|file)|"
    r"\bpublished (?:case|report|in)|\bcase report (?:in|from|published)|"
    r"\bfor (?:teaching|training|educational) (?:purposes|use)|\bfrom (?:a|the) textbook|\bstandardi[sz]ed patient|"
    r"\bno identifiers\b|\bidentifiers removed|\b(?:this is|just|only) (?:just |only )?a test (?:record|message)\b",
    re.IGNORECASE,
)
# In small letters, what every claim holds one of: a text without it need not be searched.
_TEST_SIGNS = ("test", "zz", "dummy", "fictional", "fictitious", "made", "synthetic", "mock", "fake", "simulated", "not a real patient")
_CLAIM_SIGNS = (
    *("identifi", "anonymi", "practice", "exercise", "example", "sample", "template", "demo", "teaching", "training", "educational"),
    *("published", "case report", "textbook", "standardi", "a test "),
)
_SURE = 0.85  # a given and a family name: whoever names a person in full has not de-identified him
_STEP, _LONGEST, _BEFORE = 400, 200, 60  # code points of one search, more than any claim has, and more than one has before its sign
_NUMBERS = frozenset({IdentifierType.MRN, IdentifierType.SSN, IdentifierType.HEALTH_PLAN_ID, IdentifierType.NATIONAL_ID})


def disclaimed(pages: Sequence[Page], findings: Sequence[Finding]) -> str:
    """Return in words what the message claims to be, '' where it claims nothing or identifies a person all the same."""
    if any(_says(_TEST, _TEST_SIGNS, page.text) for page in pages):
        return "it says that it is a test"
    if any(_says(_CLAIM, _CLAIM_SIGNS, page.text) for page in pages) and not _identified(findings):
        return "it says that it is de-identified, published or an exercise"
    return ""


def _says(claim: "re.Pattern[str]", signs: Sequence[str], text: str) -> bool:
    """Say whether the claim stands in the text: in steps that have a sign, because one long search would hold up whoever types meanwhile."""
    for start in _signed(signs, text.lower()):
        found = claim.search(text, start, start + _BEFORE + _STEP + _LONGEST)
        if found and claim.match(text, found.start()):  # not only up to where the step was cut
            return True
    return False


def _signed(signs: Sequence[str], small: str) -> Sequence[int]:
    """Return where the steps of a text in small letters begin that have a sign; a claim begins at most so much before its sign."""
    steps: set[int] = set()
    for sign in signs:
        place = small.find(sign)
        while place >= 0:
            steps.add(place // _STEP)
            place = small.find(sign, (place // _STEP + 1) * _STEP)
    return [max(0, step * _STEP - _BEFORE) for step in sorted(steps)]


def _identified(findings: Sequence[Finding]) -> bool:
    patients = [f for f in findings if f.role is PersonRole.PATIENT]
    named = any(f.type is IdentifierType.NAME and f.role is not PersonRole.PROVIDER and f.confidence >= _SURE for f in findings)
    return named or any(f.type in _NUMBERS for f in patients) or {IdentifierType.NAME, IdentifierType.DATE} <= {f.type for f in patients}
