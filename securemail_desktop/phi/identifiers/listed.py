"""The organisation's own patients, where it gave this device their list: numbers, addresses and names that are on it.

A number or an address is a patient's whatever stands around it. A name is not, because colleagues and recipients bear the same ones: it is known to
be one, and his who was born on the day that stands in the same text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from securemail_desktop.phi.birth import birth_numbers
from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.patient_list import PatientList
from securemail_desktop.phi.word import Word
from securemail_desktop.phi.zones import Zone

DETECTOR = "listed"
SURE, NAMED = 0.99, 0.85
_NUMBER = re.compile(r"(?<![\w-])[A-Za-z]{0,4}-?\d[\dA-Za-z-]{3,18}(?![\w-])")
_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_ACROSS = frozenset(".;:!?\n\t|/")
_MOST_BETWEEN = 24  # characters: a middle name


def find(page: Page, known: PatientList) -> Iterator[Finding]:
    """Yield the record numbers and addresses of the page that are patients'."""
    for match in _NUMBER.finditer(page.text):
        if known.has_record(match.group()):
            yield _finding(page, match.span(), IdentifierType.MRN, "a record number on your organisation's patient list")
    for match in _ADDRESS.finditer(page.text) if "@" in page.text else ():
        if page.zone(match.start()) is not Zone.HEADER and known.has_email(match.group()):
            yield _finding(page, match.span(), IdentifierType.EMAIL, "an address on your organisation's patient list")


def name(page: Page, findings: Sequence[Finding], known: PatientList) -> list[Finding]:
    """Return the findings, which are apart and in order, with the names of listed patients among them."""
    births = [numbers for f in findings if f.type is IdentifierType.DATE and (numbers := birth_numbers(page.text[f.start : f.end]))]
    found, starts = list(findings), [f.start for f in findings]
    added = []
    for start, end, given, family in _names(page, known):
        born = any(known.has_birth(given, family, numbers) for numbers in births)
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        first -= bool(first and found[first - 1].end > start)
        found[first:last] = [_sure(one, born=born) for one in found[first:last]]
        if first == last:
            added.append(_named(page, start, end, born=born))
    return sorted([*found, *_apart(added)], key=lambda f: f.start)


def _names(page: Page, known: PatientList) -> Iterator[tuple[int, int, str, str]]:
    """Yield where a listed name stands, and its given and family name."""
    words = page.words
    for number, first in enumerate(words):
        for second in words[number + 1 : number + 3]:
            if not _may_name(page, first, second):
                continue
            one, two = _last_part(first.text), _last_part(second.text)
            order = next(((a, b) for a, b in ((one, two), (two, one)) if known.has_name(a, b)), None)
            if order is not None:
                yield first.start, second.end, *order


def _may_name(page: Page, first: Word, second: Word) -> bool:
    """Say whether two words may be one person's: written as names are, in one line, with at most one other between them."""
    if not (first.text[:1].isupper() and second.text[:1].isupper() and len(first.text) > 1 and len(second.text) > 1):
        return False
    between = page.text[first.end : second.start]
    return len(between) <= _MOST_BETWEEN and _ACROSS.isdisjoint(between) and page.zone(first.start) is Zone.CONTENT


def _last_part(word: str) -> str:
    """Return the last of two names with a hyphen: the list has each of them."""
    return word.rpartition("-")[2]


def _apart(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield those that overlap none before: "Anna Maria Lopez" may be two entries of the list."""
    end = 0
    for finding in found:
        if finding.start >= end:
            yield finding
            end = finding.end


def _named(page: Page, start: int, end: int, *, born: bool) -> Finding:
    role = PersonRole.PATIENT if born else PersonRole.UNKNOWN
    return Finding(page.field, start, end, IdentifierType.NAME, role, DETECTOR, SURE if born else NAMED, _evidence(born=born))


def _sure(finding: Finding, *, born: bool) -> Finding:
    """Return a name that was found without the list as the list knows it; a provider stays one."""
    if finding.type is not IdentifierType.NAME or finding.role is PersonRole.PROVIDER:
        return finding
    if born:
        return replace(finding, role=PersonRole.PATIENT, confidence=SURE, evidence=_evidence(born=True))
    return replace(finding, confidence=max(finding.confidence, NAMED))


def _evidence(*, born: bool) -> str:
    return "a name and day of birth on your organisation's patient list" if born else "a name on your organisation's patient list"


def _finding(page: Page, span: tuple[int, int], kind: IdentifierType, evidence: str) -> Finding:
    return Finding(page.field, *span, kind, PersonRole.PATIENT, DETECTOR, SURE, evidence)
