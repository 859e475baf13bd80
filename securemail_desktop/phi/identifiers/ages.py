"""Ages over 89, which Safe Harbor counts as identifiers (45 CFR 164.514(b)(2)(i)(C)). The finding is the number alone."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, words
from securemail_desktop.phi.page import Page

_OLD = r"(9\d|1[01]\d)"
_WRITTEN = r"(ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
_GROUP = r"(?<!over )(?<!above )(?<!ages )(?<!hospital is )(?<!building is )(?<!company is )"


def _pattern(expression: str, confidence: float, flags: int = re.IGNORECASE, *, cues: str = "", digits: int = 2) -> Pattern:
    return Pattern(
        re.compile(expression, flags),
        IdentifierType.AGE,
        "ages",
        confidence,
        "an age over 89",
        PersonRole.PATIENT,
        digits=digits,
        cues=words(cues),
    )


_PATTERNS = (
    _pattern(
        rf"(?=[91]){_GROUP}(?<![\w.-]){_OLD}[- ]?(?:y/?o\b|yo[mf]?\b|yrs?\b(?! of| exper)|years?[- ]old|y\.o\.|jahre\b|"
        r"-?jährige[rsn]?\b|años\b|ans\b)",
        0.9,
    ),
    _pattern(
        rf"\b(?:age|aged|alter|turned|turns|edad)[ :]{{1,2}}{_OLD}\b(?! (?:and|or) (?:older|over|above))",
        0.9,
        cues="age aged alter turned turns edad",
    ),
    _pattern(rf"\b(?:his|her|their|'s) {_OLD}(?=(?:th|st|nd|rd) birthday)", 0.9, cues="birthday"),
    _pattern(rf"(?=[91])(?<![\w.-]){_OLD} ?[MF]\b(?!/)", 0.8, flags=0),
    _pattern(rf"\b{_WRITTEN}[ -]years?[ -]old", 0.9, cues="ninety", digits=0),
)
_MEASURED = re.compile(r"\b(?:T|temp|temperature|tmax|HR|wt|weight)[ :=]{1,2}\Z", re.IGNORECASE)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's ages over 89."""
    return (finding for finding in find_all(page, _PATTERNS) if not _MEASURED.search(page.text, max(0, finding.start - 14), finding.start))
