"""The cells of a spreadsheet (ISO/IEC 29500-1, 18): a line a row with a tab between cells, hidden sheets too; dates as dates, not as numbers."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zipfile import ZipInfo

from securemail_desktop.message.text import markup
from securemail_desktop.message.text.package import Package
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import LARGEST_TEXT, Gathered
from securemail_desktop.message.text.unpack import Damaged, Unpackable

CELLS = re.compile(r"xl/(?:worksheets/[^/]*|sharedStrings|styles|workbook|calcChain|metadata)\.xml|xl/.*\.vml")
_SHEET = re.compile(r"xl/worksheets/([^/]*)\.xml")
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # 18.8.30: the built-in formats
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_PAGE_CODES = re.compile(r'&(?:"[^"]*"|\d+|[A-Z])')
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone; Excel's day 0, its wrong leap day of 1900 counted
_LAST_DAY = 2_958_466
_MOST_CELLS = 1_000_000
_DAMAGED = "A part of it is damaged and could not be read."
_PAGE_TEXTS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "formula1", "formula2"})


def read_cells(package: Package, gathered: Gathered) -> None:
    """Gather the cells of all sheets, in the order of their files."""
    parts = {part.filename: part for part in package.parts}
    strings, styles, book = _Strings(), _Styles(), _Book()
    _read(package, parts.get("xl/sharedStrings.xml"), strings, gathered)
    _read(package, parts.get("xl/styles.xml"), styles, gathered)
    _read(package, parts.get("xl/workbook.xml"), book, gathered)
    _read(package, parts.get("xl/_rels/workbook.xml.rels"), book, gathered)
    for part in package.parts:
        if (match := _SHEET.fullmatch(part.filename)) and not gathered.is_full:
            name = book.names.get(part.filename, match[1])
            gathered.write(name, "sheets")
            _read(package, part, _Sheet(gathered, f"sheet {name}", strings.texts, styles.dates), gathered)


def _read(package: Package, part: ZipInfo | None, handler: markup.Handler, gathered: Gathered) -> None:
    if part is None:
        return
    try:
        markup.parse(package.read(part), handler)
    except (Damaged, markup.MarkupBroken):
        gathered.miss(_DAMAGED)
    except Unpackable as error:
        gathered.miss(str(error))


class _Table:
    """What cells refer to: read to its end."""

    is_full = False


class _Strings(_Table):
    """The strings that cells refer to by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._text: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - the handler's signature
        if name == "si":
            self._text = []
        self._inside = name == "t"

    def end(self, name: str) -> None:
        self._inside = False
        if name == "si":
            self.texts.append("".join(self._text))

    def data(self, text: str) -> None:
        if self._inside:
            self._text.append(text)


class _Styles(_Table):
    """Which formats of cells show a date: by the number of the format."""

    def __init__(self) -> None:
        self.dates: list[bool] = []
        self._own: dict[str, bool] = {}
        self._formats = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = bool(_DATE_LETTERS.search(_QUOTED.sub("", attributes.get("formatCode", ""))))
        elif name == "cellXfs":
            self._formats = True
        elif name == "xf" and self._formats:
            number = attributes.get("numFmtId", "")
            self.dates.append(self._own.get(number, number.isdecimal() and len(number) < 4 and int(number) in _DATES))

    def end(self, name: str) -> None:
        self._formats = self._formats and name != "cellXfs"

    def data(self, text: str) -> None:
        """Take nothing."""


class _Book(_Table):
    """The names of the sheets by their files."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._sheets: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            self._sheets[attributes.get("id", "")] = attributes.get("name", "")
        elif name == "Relationship" and attributes.get("Id") in self._sheets:
            target = attributes.get("Target", "").removeprefix("/xl/").removeprefix("./")
            self.names[f"xl/{target}"] = self._sheets[attributes["Id"]]

    def end(self, name: str) -> None:
        """Take nothing."""

    def data(self, text: str) -> None:
        """Take nothing."""


class _Sheet:
    """Gathers the rows of one sheet, and what is printed above and beneath them."""

    def __init__(self, gathered: Gathered, place: str, strings: list[str], dates: list[bool]) -> None:
        self._gathered, self._place, self._strings, self._dates = gathered, place, strings, dates
        self._row: list[str] = []
        self._type = self._style = ""
        self._text: list[str] = []
        self._inside = False
        self._cells = self._length = 0

    @property
    def is_full(self) -> bool:
        return self._gathered.is_full

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self._row, self._length = [], 0
        elif name == "c":
            self._type, self._style, self._text = attributes.get("t", "n"), attributes.get("s", "0"), []
        elif name in _PAGE_TEXTS:
            self._text = []
        elif name == "hyperlink":
            self._gathered.write(attributes.get("tooltip", ""), self._place, PassageKind.HIDDEN)
        self._inside = name in {"v", "t"} or name in _PAGE_TEXTS

    def end(self, name: str) -> None:
        self._inside = False
        if name == "c":
            self._end_cell("".join(self._text))
        elif name == "row":
            self._end_row()
        elif name in _PAGE_TEXTS:
            self._gathered.write(_PAGE_CODES.sub(" ", "".join(self._text)).strip(), self._place)

    def data(self, text: str) -> None:
        if self._inside:
            self._text.append(text)

    def _end_row(self) -> None:
        self._gathered.write("\t".join(self._row), self._place)
        self._row, self._length = [], 0

    def _end_cell(self, text: str) -> None:
        self._cells += 1
        if self._cells > _MOST_CELLS:
            self._gathered.miss(f"Only the first {_MOST_CELLS:,} cells of a sheet are read.")
        elif text:
            self._row.append(self._value(text))
            self._length += len(self._row[-1])
            if self._length > LARGEST_TEXT:  # one row of that length must not be put together first
                self._end_row()

    def _value(self, text: str) -> str:
        if self._type == "s":
            return self._strings[int(text)] if text.isdecimal() and len(text) < 10 and int(text) < len(self._strings) else ""
        is_date = self._style.isdecimal() and len(self._style) < 6 and int(self._style) < len(self._dates) and self._dates[int(self._style)]
        return _date(text) if self._type == "n" and is_date else text


def _date(number: str) -> str:
    try:
        days = float(number)
    except ValueError:
        return number
    if not 1 <= days < _LAST_DAY:
        return number
    return (_EPOCH + timedelta(days=days)).isoformat(" ", "minutes").removesuffix(" 00:00")
