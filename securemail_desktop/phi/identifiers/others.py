"""Other unique numbers (45 CFR 164.514(b)(2)(i)(R)): of trial subjects, inmates, students, donors and soldiers, beside their names."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, digits, find_all, words
from securemail_desktop.phi.page import Page


def _two(text: str) -> bool:
    return len(digits(text)) >= 2


_PATTERNS = (
    Pattern(
        re.compile(
            r"\b(?:subject|participant|enrollee|study (?:id|subject|participant)|screening|randomi[sz]ation|subj)(?: ?(?:id|number|no\.?|#))?"
            r"[\s:#]{1,3}([A-Z]{0,3}-?\d{3,6}(?:-\d{1,4}){0,2})(?![\w,-]|\.\d)",
            re.IGNORECASE,
        ),
        IdentifierType.OTHER,
        "others",
        0.8,
        "the number of somebody in a study",
        PersonRole.PATIENT,
        _two,
        cues=words("subj subject participant enrollee study screening randomization randomisation"),
    ),
    Pattern(
        re.compile(
            r"\b(?:inmate|offender|booking|doc|student|donor|recipient|transplant|unos|dod|edipi|military)(?: ?(?:id|numbers?|no\.?|#))?"
            r"[\s:#]{1,3}(W\d{4} ?\d{2} ?\d{6}|(?:[A-Z]{1,4}-?)?\d{4,10}|[A-Z]{4}\d{4})(?![\w,-])",
            re.IGNORECASE,
        ),
        IdentifierType.OTHER,
        "others",
        0.8,
        "a number beside the words for somebody who has it",
        PersonRole.PATIENT,
        _two,
        cues=words("inmate offender booking doc student donor recipient transplant unos dod edipi military"),
    ),
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's other numbers; a year is none."""
    return (finding for finding in find_all(page, _PATTERNS) if not _YEAR.fullmatch(page.text, finding.start, finding.end))
