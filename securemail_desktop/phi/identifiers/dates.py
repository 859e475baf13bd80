"""Dates in their common forms and what they are of: birth beside its words, or right after a person's name.

Forms: 3/14/1975, 14.03.1975, 1975-03-14, 14 March 1975, Mar 14 1975. The year alone is no identifier.
"""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page

_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|o[ck]t(?:ober)?|"
    r"nov(?:ember)?|de[cz](?:ember)?)\.?"
)
_DATE = re.compile(
    r"(?<![\w/.-])(?:(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})|(?:19|20)\d\d-\d{1,2}-\d{1,2}|"
    r"(?:19|20)\d\d/\d{1,2}/\d{1,2}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th|\.)?[ -]{_MONTH}[ ,-]{{1,2}}(?:19|"
    rf"20)?\d\d|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?![\w,]))"
    r"(?![\w/]|-\d|\.\d)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?:\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|birthday|geb(?:oren)?\.?(?: am)?|"
    r"né(?:e)? le|fecha de nacimiento|bd)[\s:=.,|(-]{0,5})\Z",
    re.IGNORECASE,
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's dates; dates of birth have the patient's role."""
    for match in _DATE.finditer(page.text):
        if match["a"] and not _possible(match):
            continue
        yield _finding(page, match.start(), match.end(), birth=bool(_BIRTH.search(page.text, max(0, match.start() - 24), match.start())))


def _possible(match: re.Match[str]) -> bool:
    """Return whether the parts are a day and a month; "1.2.30" is a version and no date."""
    if match["s"] == "." and len(match["y"]) == 2 and len(match["a"] + match["b"]) < 4:
        return False
    low, high = sorted((int(match["a"]), int(match["b"])))
    return 1 <= low <= 12 and high <= 31


def _finding(page: Page, start: int, end: int, *, birth: bool) -> Finding:
    role, confidence, evidence = (PersonRole.PATIENT, 0.95, "a date of birth") if birth else (PersonRole.UNKNOWN, 0.7, "a date")
    return Finding(page.field, start, end, IdentifierType.DATE, role, "dates", confidence, evidence)
