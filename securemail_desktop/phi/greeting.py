"""Whom a message greets: a patient when it speaks to him of his own health, else a colleague or an acquaintance.

"Hi Ana, your TSH came back high" is to a patient; "Hi Ana, can you see the pt in 4?" is not.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page

_GREETING = re.compile(
    r"(?:^|\n)[>|\s]*(?:(dear|hi|hello|hey|good (?:morning|afternoon|evening|news)|greetings|congratulations|thanks|"
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
_OTHERS = re.compile(r"\b(?:pt|pts|patients?|his|her|she|he|him|mrn|dob|residents|staff|employees)\b", re.IGNORECASE)
_SUPPLY = re.compile(
    r"\b(?:shortage|allocation|backorder\w*|formulary|policy|training|meeting|enrollment|paycheck|"
    r"deductions?|vials?|lot)\b",
    re.IGNORECASE,
)
_REACH, _CLOSE = 700, 120
_ENDS = frozenset({",", "!", ":", "-", ".", "\n", ""})
_SPOKEN = frozenset({"result", "dose", "drug", "condition", "lab", "procedure", "symptom", "care", "payment", "shorthand", "vital"})


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
    if not worded and (bare.isupper() or page.text[finding.end : finding.end + 1] not in {",", ":", "!"}):
        return finding
    if _own_health(page, finding, terms, titled=bool(_TITLED.search(before))):
        confidence = max(finding.confidence, 0.9)
        return replace(finding, role=PersonRole.PATIENT, confidence=confidence, evidence="a greeting to someone about his own care")
    if worded and finding.role is PersonRole.UNKNOWN and _only_health(page, finding, terms):
        return replace(finding, evidence="a greeting before words of health")
    return replace(finding, role=PersonRole.PROVIDER, evidence="a greeting") if worded else finding


def _only_health(page: Page, finding: Finding, terms: Sequence[HealthTerm]) -> bool:
    """Return whether the text after the greeting speaks of health and of nobody else: "Dear Ana, no cancer was found"."""
    text = page.text[finding.end : finding.end + _REACH]
    close = any(t.category in _SPOKEN for t in _following(finding, terms, _CLOSE))
    return close and not _SUPPLY.search(text) and not _OTHERS.search(text) and "?" not in text


def _own_health(page: Page, finding: Finding, terms: Sequence[HealthTerm], *, titled: bool) -> bool:
    """Return whether the text after the greeting speaks to the greeted person of his health: "you" or advice, and not mainly of others."""
    text = page.text[finding.end : finding.end + _REACH]
    advice = len(_ADVICE.findall(text))
    close = _following(finding, terms, _REACH)
    if not any(t.category in _SPOKEN or (advice and t.category == "general") for t in close) or _SUPPLY.search(text):
        return False
    second, others = len(_SECOND.findall(text)) - len(_REQUEST.findall(text)), len(_OTHERS.findall(text))
    spoken = second + advice + titled + bool(_SECOND.search(page.text, max(0, finding.start - 24), finding.start))
    return spoken > 0 and spoken > others


def _following(finding: Finding, terms: Sequence[HealthTerm], reach: int) -> Sequence[HealthTerm]:
    """Return the terms that follow a finding within so many characters."""
    low, high = (bisect_left(terms, end, key=attrgetter("start")) for end in (finding.end, finding.end + reach))
    return terms[low:high]
