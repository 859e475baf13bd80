"""Dates in their common forms and what they are of: birth, admission, discharge, service or death beside its words.

Forms: 3/14/1975, 14.03.1975, 1975-03-14, 14 March 1975, Mar 14 1975, 14MAR1975, 14 de marzo de 1975; without a year (3/14) only beside a word for a
day; days of a stay (POD 2, hospital day 4). The year alone is no identifier.
"""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import words
from securemail_desktop.phi.page import Page

_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch)?|mars|märz|apr(?:il)?|avril|may|mai|june?|juni|juin|july?|juli|juillet|"
    r"aug(?:ust)?|août|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|décembre|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    r"gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|novembre|dicembre)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_AFTER = r"(?![\w/]|-\d(?!\d?[/.]\d)|\.\d)"
_DATE = re.compile(
    r"(?=\d)(?<![\w/.-])(?:(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})|(?:19|20)\d\d-\d{1,2}-\d{1,2}|(?:19|20)\d\d/\d{1,2}/\d{1,2}|"
    r"\d{1,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:19|20)?\d\d)" + _AFTER,
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"(?<![\w/.-])(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d|{_DAY}(?: of| de)?[ -]{_MONTH}(?: de)?[ ,-]{{1,2}}(?:19|20)?\d\d|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?![\w,])|{_DAY} {_MONTH}(?![\w,]| \d))" + _AFTER,
    re.IGNORECASE,
)
_MONTHS = words(
    "jan january januar janvier feb february februar février mar march mars märz apr april avril may mai june jun juni juin july jul juli juillet "
    "aug august août sep sept september septembre oct okt october oktober octobre nov november novembre dec dez december dezember décembre enero "
    "febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre "
    "ottobre dicembre"
)
_STAYS = words("pod hd dol day")
_DAYS = words("on admitted discharged seen adm dc d since until through from appt appointment dos visit born surgery due by")
_BIRTHS = words("dob d date birth birthdate geb")
_REACH = 40
_STAMP = re.compile(r"(?=[12])(?<![\w/.-])(?:19|20)\d\d-\d\d-\d\d(?=T\d\d:\d\d)")
_SPAN_END = re.compile(r"(?=\d)(?<=\d-)\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?![\w/])")
_NO_YEAR = re.compile(
    r"\b(?:on|admitted|discharged|seen|adm|dc'd|d/c'd|since|until|through|from|appt|appointment|dos|visit|born|surgery|due|by)"
    r"(?: on)? ((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))(?![\w/]| (?:pain|strength|scale|tab)|\.\d)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date)[\s:=#|]{1,4}((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d|"
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)",
    re.IGNORECASE,
)
_MISREAD = re.compile(  # as a scan reads it: O for 0, l and I for 1
    r"\b(?:d\.?[o0]\.?b\.?|date of birth|birth ?date|geb\.?)[\s:=#|]{1,4}((?=[\w/.-]{0,9}\d)[\dOolI]{1,2}([/.-])[\dOolI]{1,2}\2[\dOolI]{2,4})(?!\w)",
    re.IGNORECASE,
)
_STAY = re.compile(
    r"\b(?:POD ?#? ?\d{1,2}|HD ?#? ?\d{1,2}|DOL ?#? ?\d{1,2}|(?:post-?op(?:erative)?|hospital|icu|admission) day ?#? ?\d{1,2})(?![\w/.])",
    re.IGNORECASE,
)
_ROLES = (
    (
        r"d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|birthday|geb(?:oren)?\.?(?: am)?|née? le|nacid[oa] el|fecha de nacimiento|bd",
        "birth",
    ),
    (r"died(?: on)?|death|deceased(?: on)?|expired(?: on)?|dod|verstorben(?: am)?", "death"),
    (r"admit(?:ted)?(?: date| on)?|admission(?: date)?|adm|doa|date of admission", "admission"),
    (r"discharged?(?: date| on)?|d/c(?:'?d)?(?: date| on)?|date of discharge", "discharge"),
    (r"dos|date of service|service date|seen(?: on)?|visit(?: date| on| of)?|surgery(?: date| on)?|date of surgery", "service"),
)
_BEFORE = re.compile(r"\b(?:" + "|".join(f"(?P<{name}>{words})" for words, name in _ROLES) + r")[\s:=.,|(-]{0,5}\Z", re.IGNORECASE)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's dates; those of birth have the patient's role."""
    yield from _numeric(page)
    for start, end in page.near(_MONTHS, _REACH):
        for match in _WRITTEN.finditer(page.text, start, end):
            yield _finding(page, *match.span())
    for start, end in page.near(_STAYS, _REACH):
        for match in _STAY.finditer(page.text, start, end):
            yield Finding(page.field, *match.span(), IdentifierType.DATE, PersonRole.UNKNOWN, "dates", 0.6, "a day of a stay")


def _numeric(page: Page) -> Iterator[Finding]:
    for start, end in page.numeric(2):
        for match in _DATE.finditer(page.text, start, end):
            if not match["a"] or _possible(match):
                yield _finding(page, *match.span())
        for match in _SPAN_END.finditer(page.text, start, end):
            yield _finding(page, *match.span())
    for stretches, pattern in ((page.numeric(4), _STAMP), (page.near(_DAYS, _REACH), _NO_YEAR)):
        for match in (match for start, end in stretches for match in pattern.finditer(page.text, start, end)):
            yield _finding(page, *match.span(match.lastindex or 0))
    for start, end in page.near(_BIRTHS, _REACH):
        for match in _BARE.finditer(page.text, start, end):
            yield _finding(page, *match.span(1))
        for match in _MISREAD.finditer(page.text, start, end):
            yield _finding(page, *match.span(1), born=True)


def _possible(match: re.Match[str]) -> bool:
    """Return whether the parts are a day and a month; "1.2.30" is a version and no date."""
    if match["s"] == "." and len(match["y"]) == 2 and len(match["a"] + match["b"]) < 4:
        return False
    low, high = sorted((int(match["a"]), int(match["b"])))
    return 1 <= low <= 12 and high <= 31


def _finding(page: Page, start: int, end: int, *, born: bool = False) -> Finding:
    before = _BEFORE.search(page.text, max(0, start - 24), start)
    kind = before.lastgroup if before else None
    if born or kind == "birth":
        return Finding(page.field, start, end, IdentifierType.DATE, PersonRole.PATIENT, "dates", 0.95, "a date of birth")
    evidence = f"a date of {kind}" if kind else "a date"
    return Finding(page.field, start, end, IdentifierType.DATE, PersonRole.UNKNOWN, "dates", 0.7, evidence)
