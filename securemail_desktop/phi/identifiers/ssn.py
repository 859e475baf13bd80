"""U.S. Social Security numbers: nine digits by the SSA's allocation rules, or the last four beside the words."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, digits, find_all, words
from securemail_desktop.phi.page import Page


def allocated(text: str) -> bool:
    """Return whether the SSA can have issued it: area not 000, 666 or 900-999, group not 00, serial not 0000."""
    number = digits(text)
    area, group, serial = number[:3], number[3:5], number[5:]
    return len(number) == 9 and area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


_CUE = r"\b(?:ssn|ss ?#|ss no\.?|soc(?:ial)?\.? ?sec(?:urity)?(?: ?(?:card )?(?:number|num|no\.?|#))?|social)"
_LINK = r"[\s:#=.,-]{0,4}(?:is|was|number|num|no\.?|:|\s){0,3}[\s:#]{0,2}"
_LAST = r"last (?:4|four)(?: digits)?"
_WORDS = "ssn ss soc social socsec"
_PATTERNS = (
    Pattern(
        re.compile(_CUE + _LINK + r"(\d{3}[- .]?\d{2}[- .]?\d{4})(?!\d)", re.IGNORECASE),
        IdentifierType.SSN,
        "ssn",
        0.97,
        "nine digits beside the words for a social security number",
        PersonRole.PATIENT,
        allocated,
        cues=words(_WORDS),
    ),
    Pattern(
        re.compile(
            _CUE + rf"[\s:#,.-]{{0,4}}(?:\(?{_LAST}\)?|ends?(?: in| with)?|ending(?: in)?|[xX*]{{3}}-?[xX*]{{2}}-?)(?: (?:is|are|of))?"
            r"[\s:#-]{0,3}(\d{4})(?!\d)",
            re.IGNORECASE,
        ),
        IdentifierType.SSN,
        "ssn",
        0.9,
        "the last four digits beside the words for a social security number",
        PersonRole.PATIENT,
        cues=words(_WORDS),
    ),
    Pattern(
        re.compile(
            rf"\b(?:{_LAST}|l4)(?: of)?(?: (?:the|his|her|their|my|your))? (?:ssn?|social(?: security)?(?: number)?)"
            r"(?: (?:is|are))?[\s:#-]{1,3}(\d{4})(?!\d)",
            re.IGNORECASE,
        ),
        IdentifierType.SSN,
        "ssn",
        0.9,
        "the last four digits beside the words for a social security number",
        PersonRole.PATIENT,
        cues=words("last l"),
    ),
    Pattern(
        re.compile(r"(?<![\d-])([xX*]{3}-[xX*]{2}-\d{4})(?!\d)"),
        IdentifierType.SSN,
        "ssn",
        0.85,
        "a masked social security number",
        digits=4,
    ),
    Pattern(
        re.compile(r"(?<![\d-])(\d{3}-\d{2}-\d{4})(?![\d-])"),
        IdentifierType.SSN,
        "ssn",
        0.85,
        "nine digits in the form of a social security number",
        valid=allocated,
        digits=4,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's social security numbers."""
    return find_all(page, _PATTERNS)
