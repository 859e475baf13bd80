"""Medical record numbers and the numbers of encounters, accessions and specimens: a number beside its name, or a field of HL7."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page


def numbered(text: str) -> bool:
    """Return whether a candidate has at least three digits, as record numbers have."""
    return sum(c.isdigit() for c in text) >= 3


_CUE = (
    r"\b(?:mrn?|m\.r\.n\.?|mr ?#|med(?:ical)?\.? rec(?:ord)?s?\.?(?: ?(?:number|num|no\.?|#))?|med rec|chart(?: ?(?:number|no\.?|#))|"
    r"patient (?:id|identifier|number|no\.?|#)|pt ?(?:id|#)|pid|fin|csn|har|emrn|epic id|encounter(?: ?(?:number|no\.?|#|id))|"
    r"hospital (?:number|no\.?)|unit (?:number|no\.?)|visit (?:number|no\.?|id)|accession(?: ?(?:number|no\.?|#))?|"
    r"specimen (?:id|no\.?|#)|record ?#)"
)
_PATTERNS = (
    Pattern(
        re.compile(
            _CUE + r"[\s:#=.,|-]{0,5}(?:is |was |number |"
            r"no\.? )?[\s:#]{0,2}([A-Z]{0,4}-?\d[\dA-Z-]{2,14})(?![\w])",
            re.IGNORECASE,
        ),
        IdentifierType.MRN,
        "mrn",
        0.95,
        "a number beside the words for a medical record number",
        PersonRole.PATIENT,
        numbered,
    ),
    Pattern(
        re.compile(r"^PID\|[^|\n]{0,20}\|[^|\n]{0,40}\|([A-Z0-9-]{3,20})", re.MULTILINE),
        IdentifierType.MRN,
        "mrn",
        0.97,
        "the patient identifier of an HL7 message",
        PersonRole.PATIENT,
        numbered,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's record numbers."""
    return find_all(page, _PATTERNS)
