"""Medical record numbers and those of encounters, accessions and specimens: a number beside its name, in brackets after a person, in HL7 or FHIR."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, numbered, words
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.terms.vocabulary import NameKind

_NUMBER = r"(?: ?(?:numbers?|nos?\.?|num|id|#))"
_LINK = r"[\s:#=.,|-]{0,5}(?:is |was |number |no\.? )?[\s:#]{0,2}"
_VALUE = r"([A-Z]{0,4}-?\d[\dA-Z-]{2,14})(?![\w])"
_RECORD = (
    rf"\b(?:(?:e?mrn|m\.r\.n\.?|mr ?#|med(?:ical)?\.? rec(?:ord)?s?\.?|chart|empi|csn|epic id|accession|record ?#|u\.?r\.?n\.?|"
    rf"ur|umrn){_NUMBER}?|(?:patient|pt|hospital|hosp|unit|encounter|enc|visit|specimen|sample|record){_NUMBER}|encounter|patient identifier)"
)
_WORDS = (
    "mrn emrn m mr medical med chart empi csn epic accession record urn ur u umrn patient pt hospital hosp unit encounter enc visit specimen "
    "sample"
)
_NAMED = int(NameKind.GIVEN | NameKind.FAMILY)


def _pattern(
    expression: str, confidence: float, evidence: str, cues: str = "", flags: int = re.IGNORECASE, mark: str = "", reach: int = 80
) -> Pattern:
    return Pattern(
        re.compile(expression, flags),
        IdentifierType.MRN,
        "mrn",
        confidence,
        evidence,
        PersonRole.PATIENT,
        numbered,
        cues=words(cues),
        mark=mark,
        reach=reach,
    )


_PATTERNS = (
    _pattern(_RECORD + _LINK + _VALUE, 0.95, "a number beside the words for a medical record number", _WORDS),
    _pattern(
        r"\b(?:FIN|HAR|PID|MR|MRNO)" + _LINK + r"(\d{5,14})(?![\w])", 0.9, "a number beside the words for a visit", "fin har pid mr mrno", 0
    ),
    _pattern(
        r"\b(?:path(?:ology)?|biopsy|bx|cytology|specimen|case)(?: (?:no\.?|number|#))?[\s:#]{1,3}([A-Z]{1,3}-?\d{2}-\d{3,6})(?![\w-])",
        0.85,
        "the number of a specimen",
        "path pathology biopsy bx cytology specimen case",
    ),
    _pattern(r"^PID\|[^|\n]{0,20}\|[^|\n]{0,40}\|([A-Z0-9-]{3,20})", 0.97, "the patient identifier of an HL7 message", "pid", re.MULTILINE),
    _pattern(
        r'"identifier"\s{0,3}:\s{0,3}\[[^\]]{0,300}?"value"\s{0,3}:\s{0,3}"([A-Z0-9-]{4,20})"',
        0.9,
        "the patient identifier of a FHIR resource",
        "identifier",
        reach=400,
    ),
    _pattern(
        r'<patientRole(?: [^<>]{0,80})?>\s{0,40}<id (?:[^<>]{0,80} )?extension="([\w-]{3,30})"',
        0.95,
        "the patient identifier of a clinical document",
        "patientrole",
        reach=400,
    ),
)
_BRACKETS = re.compile(r"(?<=[a-zA-Z] \()#?([A-Z]{0,2}-?\d{6,10})(?=\))|(?<=[a-zA-Z])(?: \| |\t)(\d{6,9})(?= ?\||\t)")


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's record numbers."""
    yield from find_all(page, _PATTERNS)
    yield from _beside_names(page)


def _beside_names(page: Page) -> Iterator[Finding]:
    """Yield the numbers in brackets after a person's name."""
    matches = [match for start, end in page.numeric(6) for match in _BRACKETS.finditer(page.text, start, end)]
    for match in matches:
        number = match.lastindex or 1
        before = page.words[bisect_left(page.starts, match.start(number)) - 1]
        if before.entry.kinds & _NAMED and not before.entry.kinds & NameKind.WORD and before.text[0].isupper():
            evidence = "a number right after a person's name"
            yield Finding(page.field, *match.span(number), IdentifierType.MRN, PersonRole.PATIENT, "mrn", 0.7, evidence)
