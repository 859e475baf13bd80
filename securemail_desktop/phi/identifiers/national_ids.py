"""National health numbers: NHS (mod 11), Canadian health cards and Australian Medicare (weighted check digit) beside their names."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, digits, find_all
from securemail_desktop.phi.page import Page

_MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)


def nhs(text: str) -> bool:
    """Return whether ten digits satisfy the NHS number's modulus 11."""
    number = digits(text)
    if len(number) != 10:
        return False
    check = 11 - sum(int(d) * w for d, w in zip(number, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(number[9])


def medicare(text: str) -> bool:
    """Return whether ten or eleven digits satisfy the Australian Medicare card's check digit."""
    number = digits(text)
    if len(number) not in {10, 11} or number[0] not in "23456":
        return False
    return sum(int(d) * w for d, w in zip(number, _MEDICARE_WEIGHTS, strict=False)) % 10 == int(number[8])


_PATTERNS = (
    Pattern(
        re.compile(r"\bNHS(?: ?(?:no\.?|number|#))?[\s:#.-]{0,4}(\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)", re.IGNORECASE),
        IdentifierType.NATIONAL_ID,
        "national_ids",
        0.95,
        "ten digits beside the words for an NHS number",
        PersonRole.PATIENT,
    ),
    Pattern(
        re.compile(r"(?<![\d+-])(\d{3} \d{3} \d{4})(?![\d-])"),
        IdentifierType.NATIONAL_ID,
        "national_ids",
        0.6,
        "ten digits with the check digit of an NHS number",
        PersonRole.UNKNOWN,
        nhs,
    ),
    Pattern(
        re.compile(
            r"\bmedicare(?: ?(?:card|no\.?|number|"
            r"#)){0,2}[\s:#.-]{0,4}(\d{4}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?)(?!\d)",
            re.IGNORECASE,
        ),
        IdentifierType.NATIONAL_ID,
        "national_ids",
        0.9,
        "a Medicare (AU) card number",
        PersonRole.PATIENT,
        medicare,
    ),
    Pattern(
        re.compile(
            r"\b(?:phn|ohip|ramq|health card|personal health number|hcn|chi|ihi)(?: ?(?:no\.?|number|"
            r"#))?[\s:#.-]{0,4}([A-Z]{0,4} ?\d{3,4}[ -]?\d{3,4}[ -]?\d{2,4}(?:[ -]?[A-Z]{2})?)(?![\w])",
            re.IGNORECASE,
        ),
        IdentifierType.NATIONAL_ID,
        "national_ids",
        0.9,
        "a number beside the words for a national health number",
        PersonRole.PATIENT,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's national health numbers."""
    return find_all(page, _PATTERNS)
