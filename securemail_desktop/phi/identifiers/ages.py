"""Ages over 89, which Safe Harbor counts as identifiers (45 CFR 164.514(b)(2)(i)(C))."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_OLD = r"(9\d|1[01]\d)"
_PATTERNS = (
    Pattern(
        re.compile(rf"(?<![\w.-]){_OLD}[- ]?(?:y/?o\b|yo[mf]?\b|yrs?\b|years?[- ]old|year[- ]old|y\.o\.)", re.IGNORECASE),
        IdentifierType.AGE,
        "ages",
        0.9,
        "an age over 89",
        PersonRole.PATIENT,
    ),
    Pattern(
        re.compile(rf"\b(?:age|aged)[ :]{{1,2}}{_OLD}\b", re.IGNORECASE),
        IdentifierType.AGE,
        "ages",
        0.9,
        "an age over 89",
        PersonRole.PATIENT,
    ),
    Pattern(
        re.compile(rf"(?<![\w.-]){_OLD} ?[MF]\b"),
        IdentifierType.AGE,
        "ages",
        0.8,
        "an age over 89 with a sex",
        PersonRole.PATIENT,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's ages over 89."""
    return find_all(page, _PATTERNS)
