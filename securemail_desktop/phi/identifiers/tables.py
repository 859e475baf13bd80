"""Columns of tables: what stands under "MRN", "DOB" or "Patient" in rows cut by commas, semicolons, tabs or bars (RFC 4180 and pasted sheets)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import numbered
from securemail_desktop.phi.page import Page

T = IdentifierType
_CUTS = {"\t": 1, "|": 1, ";": 2, ",": 2}  # and how many named columns make the head of a table
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_CELL, _LONGEST_LABEL = 20_000, 60, 80, 30
_BLANK = ' \t"'
_COLUMNS = (
    (
        T.NAME,
        r"(?:pt|patient|client|member|resident|student|child|subscriber|full|last|first|given|family|sur)?[ _]?name|patients?|pt|client",
    ),
    (T.NAME, r"resident|member|pupil|student|last|first|surname|who"),
    (
        T.MRN,
        r"e?mrn|mr ?#|mr ?no|med(?:ical)? ?rec(?:ord)?(?: ?(?:no|number|#))?|(?:patient|pt)[ _]?(?:id|no|number|#)|empi|chart ?(?:no|#)|csn|fin",
    ),
    (T.DATE, r"d\.?o\.?b\.?|birth ?date|date[ _]of[ _]birth|born|geb\.?"),
    (T.SSN, r"ssn|social(?: security)?(?: (?:no|number|#))?"),
    (T.PHONE, r"(?:home |cell |work )?(?:phone|tel|mobile|cell|telephone)(?: ?(?:no|number|#))?"),
    (T.EMAIL, r"e-?mail(?: address)?"),
    (T.ADDRESS, r"(?:home |street |mailing )?address|street|addr"),
    (T.HEALTH_PLAN_ID, r"(?:member|subscriber|policy|insurance|plan|medicaid|medicare)[ _]?(?:id|no|number|#)|mbi"),
    (T.ACCOUNT, r"(?:acct|account|claim|guarantor)[ _]?(?:id|no|number|#)?"),
    (T.NATIONAL_ID, r"nhs(?: ?(?:no|number|#))?|phn|ohip|chi"),
    (T.AGE, r"age"),
)
_LABELS = tuple((kind, re.compile(labels, re.IGNORECASE)) for kind, labels in _COLUMNS)
_DATED = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{8}|[\w.]+ \d{1,2},? \d{4}")
_PERSON = re.compile(r"[^\W\d_][\w.,'’ -]{1,60}")
_NUMBERED = re.compile(r"(?=.*\d\d)[\w() .+/-]{2,40}")
_OLD = re.compile(r"9\d|1[01]\d")
_VALID: dict[IdentifierType, Callable[[str], re.Match[str] | None]] = {
    T.NAME: _PERSON.fullmatch,
    T.DATE: _DATED.fullmatch,
    T.EMAIL: re.compile(r"\S+@\S+").fullmatch,
    T.ADDRESS: re.compile(r"(?=.*\d).{4,80}").fullmatch,
}


_PERSONAL = frozenset({T.MRN, T.DATE, T.SSN, T.HEALTH_PLAN_ID, T.NATIONAL_ID, T.AGE})
_PATIENT = re.compile(
    r"\b(?:pts?|patients?|client|resident|member|subscriber|diagnosis|dx|problem|meds?|procedure|allerg\w+|code status)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a table: its separator, its named columns by place, and whose the rows are."""

    cut: str
    columns: dict[int, IdentifierType]
    role: PersonRole


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell without the blanks and quotation marks about it."""

    start: int
    end: int
    text: str


def find(page: Page) -> Iterator[Finding]:
    """Yield what stands in the named columns of the page's tables."""
    head, offset = None, 0
    for line in page.text.split("\n")[:_MOST_ROWS]:
        if head and line.count(head.cut) >= max(head.columns):
            yield from _row(page, _cells(line, head.cut, offset), head)
        else:
            head = _head(line)
        offset += len(line) + 1


def _head(line: str) -> "_Head | None":
    """Return what the line says as the head of a table, None when it is none."""
    for cut, least in _CUTS.items():
        if 0 < line.count(cut) < _MOST_COLUMNS and len(line) < _MOST_COLUMNS * 20:
            if any(len(part.strip(_BLANK)) >= _LONGEST_LABEL for part in line.split(cut)):
                continue
            cells = _cells(line, cut, 0)
            columns = {place: kind for place, cell in enumerate(cells) if (kind := _kind(cell.text)) is not None}
            if len(columns) >= least and not any(numbered(cell.text) for cell in cells):
                patients = bool(_PERSONAL & set(columns.values())) or any(_PATIENT.search(cell.text) for cell in cells)
                return _Head(cut, columns, PersonRole.PATIENT if patients else PersonRole.UNKNOWN)
    return None


def _kind(label: str) -> IdentifierType | None:
    return next((kind for kind, labels in _LABELS if labels.fullmatch(label)), None)


def _cells(line: str, cut: str, offset: int) -> Sequence[_Cell]:
    cells = []
    for part in line.split(cut):
        text = part.strip(_BLANK)
        start = offset + part.find(text)
        cells.append(_Cell(start, start + len(text), text))
        offset += len(part) + 1
    return cells


def _row(page: Page, cells: Sequence[_Cell], head: _Head) -> Iterator[Finding]:
    for place, kind in head.columns.items():
        cell = cells[place] if place < len(cells) else None
        valid = _OLD.fullmatch if kind is T.AGE else _VALID.get(kind, _NUMBERED.fullmatch)
        if cell is not None and 0 < len(cell.text) <= _LONGEST_CELL and valid(cell.text):
            evidence = f"an entry under a heading for {_WORDS[kind]}"
            yield Finding(page.field, cell.start, cell.end, kind, head.role, "tables", 0.9, evidence)


_WORDS = {
    T.NAME: "names",
    T.MRN: "record numbers",
    T.DATE: "dates of birth",
    T.SSN: "social security numbers",
    T.PHONE: "telephone numbers",
    T.EMAIL: "mail addresses",
    T.ADDRESS: "addresses",
    T.HEALTH_PLAN_ID: "member numbers",
    T.ACCOUNT: "account numbers",
    T.NATIONAL_ID: "national numbers",
    T.AGE: "ages",
}
