"""Whom a message greets: a patient when it speaks to him of his own health, else a colleague or an acquaintance.

"Hi Ana, your TSH came back high" is to a patient; "Hi Ana, can you see the pt in 4?" is not.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from math import log1p
from operator import attrgetter

from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page

_GREETING = re.compile(
    r"(?:^|\n)[>|\s]*(?:(dear|hi|hello|hey|hiya|g'day|(?:good )?(?:morning|afternoon|evening)|good (?:day|news)|greetings|congratulations|thanks|"
    r"hallo|liebe[r]?|hola|bonjour|estimad[oa]|sehr geehrte[rs]?|ch(?:er|ère)|gentile|you(?:'re| are) (?:very )?welcome|good to hear from you)"
    r"[ ,]{1,2})?(?:(?:mr|mrs|ms|miss|mx|herr|frau|sra?|mme)\.? )?\Z",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|mx|herr|frau|sra?|mme)\.? ?\Z", re.IGNORECASE)
_SECOND = re.compile(r"\b(?:you|your|you're|you'll|you've|yours|yourself)\b", re.IGNORECASE)
_REQUEST = re.compile(r"\b(?:can|could|would|will|did) you\b", re.IGNORECASE)  # asked of a colleague as of a patient: it tells nothing
_ADVICE = re.compile(
    r"(?:^|[.!?,;:] |\n|please |and |just )(?:stay on|take|keep|finish|continue|stop|start|hold|use|avoid|drink|ic(?:e|ing)|resting|taking|"
    r"rest|come in|check|increase|"
    r"decrease|call (?:us|me|if|the)|schedule|pick up|finish all|go to|apply|let's (?:increase|decrease|start|stop|try))\b",
    re.IGNORECASE,
)
_YOURS = re.compile(r"\byour (?:\w+ )?\Z|\byou (?:have|had|are|were|may|can|should|need)(?: \w+){0,2} \Z", re.IGNORECASE)
_OURS = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:pt|pts|patients?|his|her|she|he|him|mrn|dob|residents|staff|employees)\b", re.IGNORECASE)
_SUPPLY = re.compile(
    r"\b(?:shortage|allocation|backorder\w*|formulary|policy|training|meeting|enrollment|paycheck|"
    r"deductions?|vials?|lot|quot(?:e|ation)|contract|subscription|renewal|catalogue|abstract|congress|symposium|conference|webinar|boxes|"
    r"cartons|wholesaler?|tender)\b",
    re.IGNORECASE,
)
_REACH = 700
GREETED = "a greeting alone"
LISTED = 0.5  # a name's confidence from which on its word is a name in the lists: "Freshers: ..." greets nobody
_ENDS = frozenset({",", "!", ":", "-", ".", "\n", ""})
_SPOKEN = frozenset({"result", "dose", "drug", "condition", "lab", "procedure", "symptom", "care", "payment", "shorthand", "vital"})


SPOKEN_TO = ("yours", "second", "advice", "requests", "others", "ours", "spoken", "titled", "supply")


def judge_greetings(page: Page, findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> list[Finding]:
    """Return the findings with the roles of greeted persons settled."""
    return [_judged(page, finding, terms) if finding.type is IdentifierType.NAME else finding for finding in findings]


def _judged(page: Page, finding: Finding, terms: Sequence[HealthTerm]) -> Finding:
    before = page.text[max(0, finding.start - 40) : finding.start]
    open_role = finding.role is PersonRole.UNKNOWN or finding.evidence.startswith("a name in a signature or")
    greeting = _GREETING.search(before) if open_role else None
    if greeting is None:
        return finding
    worded = bool(greeting.group(1))
    if "," in greeting.group()[-2:] and page.text[finding.end : finding.end + 1] not in _ENDS:  # "Hey, Olsen in clinic 2 has ..."
        return finding
    bare = page.text[finding.start : finding.end]
    follows = page.text[finding.end : finding.end + 1]
    if not worded and (bare.isupper() or follows not in {",", ":", "!"} or (follows == ":" and finding.confidence < LISTED)):
        return finding
    if _own_health(page, finding, terms, titled=bool(_TITLED.search(before))):
        confidence = max(finding.confidence, 0.9)
        return replace(finding, role=PersonRole.PATIENT, confidence=confidence, evidence="a greeting to someone about his own care")
    if worded and finding.role is PersonRole.UNKNOWN and _some_health(page, finding, terms):
        return replace(finding, evidence="a greeting before words of health")
    return replace(finding, role=PersonRole.PROVIDER, evidence=GREETED) if worded else finding


def spoken_to(page: Page, finding: Finding, terms: Sequence[HealthTerm]) -> tuple[float, ...]:
    """Return how the text after a greeting speaks to whom it greets (`SPOKEN_TO`); nothing but 0 for what is no greeting."""
    if not finding.evidence.startswith("a greeting"):
        return (0.0,) * len(SPOKEN_TO)
    text = page.text[finding.end : finding.end + _REACH]
    close = _following(finding, terms, _REACH)
    yours = sum(1 for term in close if _yours(page, term))
    second = len(_SECOND.findall(text)) - len(_REQUEST.findall(text))
    counts = (yours, second, len(_ADVICE.findall(text)), len(_REQUEST.findall(text)), len(_OTHERS.findall(text)), len(_OURS.findall(text)))
    spoken = sum(term.category in _SPOKEN for term in close)
    return (
        *(log1p(max(count, 0)) for count in (*counts, spoken)),
        float(bool(_TITLED.search(page.text, max(0, finding.start - 12), finding.start))),
        float(bool(_SUPPLY.search(text))),
    )


def _some_health(page: Page, finding: Finding, terms: Sequence[HealthTerm]) -> bool:
    """Return whether the text after the greeting may speak of his health: "Dear Ana, no cancer was found"; not when mainly of others."""
    text = page.text[finding.end : finding.end + _REACH]
    others, second = len(_OTHERS.findall(text)), len(_SECOND.findall(text))
    return any(t.category in _SPOKEN for t in _following(finding, terms, _REACH)) and others <= second


def _own_health(page: Page, finding: Finding, terms: Sequence[HealthTerm], *, titled: bool) -> bool:
    """Return whether the text after the greeting speaks to the greeted person of his health: "you" or advice, and not mainly of others."""
    text = page.text[finding.end : finding.end + _REACH]
    advice = len(_ADVICE.findall(text))
    close = _following(finding, terms, _REACH)
    if not any(t.category in _SPOKEN or (advice and t.category == "general") for t in close) or _SUPPLY.search(text):
        return False
    second, others = len(_SECOND.findall(text)) - len(_REQUEST.findall(text)), len(_OTHERS.findall(text))
    yours = any(_yours(page, term) for term in close)
    spoken = second + advice + titled + bool(_SECOND.search(page.text, max(0, finding.start - 24), finding.start))
    return (yours or advice > 0) and spoken > others


def _yours(page: Page, term: HealthTerm) -> bool:
    """Return whether a term is the reader's own: "your MRI", "you have shingles"."""
    begins = page.text[term.start : term.start + 5].lower() == "your "
    return term.category in _SPOKEN and (begins or _YOURS.search(page.text, max(0, term.start - 32), term.start) is not None)


def _following(finding: Finding, terms: Sequence[HealthTerm], reach: int) -> Sequence[HealthTerm]:
    """Return the terms that follow a finding within so many characters."""
    low, high = (bisect_left(terms, end, key=attrgetter("start")) for end in (finding.end, finding.end + reach))
    return terms[low:high]
