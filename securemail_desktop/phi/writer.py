"""Who writes of his own health: the sender of a quoted message, whoever names himself on the telephone ("this is Ana Ruiz, my knee ...").

A message that leaves carries what its recipient wrote; "my pills" make the name above it a patient's.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.zones import Zone

WRITER = "a writer about"
_INTRODUCED = re.compile(
    r"\b(?:this is|my name is|name is|name's|i am|i'm|me llamo|soy|mein name ist|ich bin) (?:(?:mr|mrs|ms|miss)\.? )?\Z", re.IGNORECASE
)
_MINE = re.compile(
    r"\b(?:my|mi|mis|mein|meine|meinen)(?: \w+){0,2} \Z|\b(?:i|i've|i'm) (?:\w+ ){0,4}\Z|\b(?:gives?|hurts?|for) me \w* ?\Z", re.IGNORECASE
)
_SPOKEN = frozenset({"result", "dose", "drug", "condition", "lab", "procedure", "symptom", "vital", "care", "general"})
_MINE_AFTER = re.compile(r"\W{0,2}(?:on|in|of|at|from)? ?(?:my|mi)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:pts?|patients?|his|her|he|she|him)\b", re.IGNORECASE)
_AUTHOR = re.compile(r"[>|\s]*(?:(?:from|von|de)\s*:|(?:on|am|le|el)\b)", re.IGNORECASE)
_NEXT = re.compile(r"\n[>|\s]*(?:(?:from|von|de)\s*:|(?:on|am|le|el)\b[^\n]{0,160}(?:wrote|schrieb|écrit|escribió)\s*:)", re.IGNORECASE)
_BEFORE, _REACH, _LONGEST_HEADER = 40, 700, 200


def judge_writers(page: Page, findings: Sequence[Finding], terms: Sequence[HealthTerm]) -> list[Finding]:
    """Return the findings with the names of those who write of their own health as patients' names."""
    return [
        replace(f, role=PersonRole.PATIENT, confidence=max(f.confidence, 0.8), evidence=f"{WRITER} his own health")
        if f.type is IdentifierType.NAME and f.role is not PersonRole.PATIENT and _writes(page, f) and _of_himself(page, f, terms)
        else f
        for f in findings
    ]


def _writes(page: Page, finding: Finding) -> bool:
    """Return whether the name is that of who sent what follows, or of somebody who names himself."""
    if _INTRODUCED.search(page.text, max(0, finding.start - _BEFORE), finding.start):
        return not finding.evidence.startswith("a name with a doctor")
    line = page.text.rfind("\n", max(0, finding.start - _LONGEST_HEADER), finding.start) + 1
    sender = finding.evidence == "a name in a quoted header" or finding.evidence.startswith("a name in a signature or")
    return sender and (page.zone(finding.start) is Zone.HEADER or finding.field == "body") and _AUTHOR.match(page.text, line) is not None


def _of_himself(page: Page, finding: Finding, terms: Sequence[HealthTerm]) -> bool:
    """Return whether the text after the name speaks of the writer's own health, and not mainly of others'."""
    follows = _NEXT.search(page.text, finding.end, finding.end + _REACH)
    end = follows.start() if follows else finding.end + _REACH
    low, high = (bisect_left(terms, place, key=attrgetter("start")) for place in (finding.end, end))
    mine = [t for t in terms[low:high] if t.category in _SPOKEN and _own(page, t)]
    return len(mine) > len(_OTHERS.findall(page.text, finding.end, end)) // 2 if mine else False


def _own(page: Page, term: HealthTerm) -> bool:
    return bool(_MINE.search(page.text, max(0, term.start - 32), term.start) or _MINE_AFTER.match(page.text, term.end))
