"""Documents that are ZIP packages: Word, Excel, PowerPoint (ISO/IEC 29500), OpenDocument (26300). A package that is none of them is an archive.

Every part is read, not only those that the document shows: headers, notes, comments, properties, custom data, files and charts in it.
"""

import re
from collections.abc import Iterable, Mapping
from zipfile import ZipInfo

from securemail_desktop.message import charset
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text import markup
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.package import Package, is_encrypted
from securemail_desktop.message.text.paragraphs import Paragraphs
from securemail_desktop.message.text.reading import LOCKED_FILE, AttachmentText, Gathered, name_lines
from securemail_desktop.message.text.unpack import Damaged, Unpackable
from securemail_desktop.message.text.xlsx import CELLS, read_cells

_MOST_PARTS = 10_000
_TOO_MANY = f"It has more than {_MOST_PARTS:,} parts, so it is not read."
_SHEET = "Spreadsheets of this kind are not read yet."
_PICTURES = "Pictures in it are not read."
_DAMAGED = "A part of it is damaged and could not be read."
_DOCUMENT = re.compile(r"(?:word|ppt)/.*|content\.xml")
_SPREADSHEET = re.compile(r"xl/.*")
_MANIFEST = "META-INF/manifest.xml"
_READABLE_SPREADSHEET = "xl/workbook.xml"
# How a document looks, and what programs leave in it for themselves.
_IN = r"(?:word|ppt|xl|Object \d+)/(?:\w+/)*"  # where a document has such parts; the same name elsewhere is a stranger's file
_LOOKS = re.compile(
    rf"\[Content_Types\]\.xml|{_IN}(?:styles|stylesWithEffects|fontTable|webSettings|numbering|presProps|viewProps|tableStyles)\.xml"
    rf"|{_IN}(?:theme|fonts|_xmlsignatures)/.*|_xmlsignatures/.*|META-INF/.*|Configurations2/.*|mimetype|manifest\.rdf|layout-cache|settings\.xml"
    rf"|{_IN}(?:vbaProject|vbaData|printerSettings\d*|attachedToolbars)\.(?:bin|xml)|Thumbnails/.*|docProps/thumbnail\.jpe?g|{_IN}customXml/itemProps\d*\.xml"
)
_PICTURE = re.compile(rf"(?:{_IN})?media/.*\.(?:png|jpe?g|gif|bmp|tiff?|svg|webp|heic|jxr|wdp)")  # shown somewhere, and judged there
_OWN_PICTURES = re.compile(r"Pictures/.*|docProps/thumbnail\..*|(?:.*/)?media/.*")
_PLACES = (
    (re.compile(r"word/(?:document|glossary/.*)\.xml|content\.xml"), ""),
    (re.compile(r"ppt/slides/slide(\d+)\.xml"), "slide {}"),
    (re.compile(r"ppt/notesSlides/notesSlide(\d+)\.xml"), "notes of a slide"),
    (re.compile(r"docProps/.*|customXml/.*|meta\.xml"), "document properties"),
    (re.compile(r"(?:.*/)?([a-zA-Z]+)\d*\.xml"), "{}"),
)
_ANY = re.compile(r".*", re.DOTALL)  # a name may hold line breaks


def is_document(package: Package) -> bool:
    """Say whether a package is a document of a kind that is read here, by the parts that every such document has."""
    names = {part.filename for part in package.parts}
    if "[Content_Types].xml" in names:  # ISO/IEC 29500-2, 7.2.3
        return any(_DOCUMENT.fullmatch(name) or _SPREADSHEET.fullmatch(name) for name in names)
    return "content.xml" in names and bool(names & {"mimetype", _MANIFEST})


def document_text(package: Package, budget: Budget) -> AttachmentText:
    """Return the text of a document in a package."""
    names = [part.filename for part in package.parts]
    if reason := _refusal(package, names):
        return AttachmentText(unreadable=reason)
    gathered = Gathered()
    if _READABLE_SPREADSHEET in names:
        read_cells(package, gathered)
    for part in sorted(package.parts, key=_order):
        if gathered.is_full:
            break
        if not any(known.fullmatch(part.filename) for known in (_LOOKS, _PICTURE, CELLS)):
            _read_part(package, part, gathered, budget)
    gathered.write(charset.decode(package.comment), "comments")
    return gathered.result()


def _refusal(package: Package, names: Iterable[str]) -> str:
    """Return why nothing of a document can be read, empty where it can."""
    if len(package.parts) > _MOST_PARTS:
        return _TOO_MANY
    if any(map(is_encrypted, package.parts)) or any(part.filename == _MANIFEST and _is_sealed(package, part) for part in package.parts):
        return LOCKED_FILE
    known = any(name == _READABLE_SPREADSHEET or _DOCUMENT.fullmatch(name) for name in names)
    return "" if known else _SHEET


def _is_sealed(package: Package, manifest: ZipInfo) -> bool:
    """Say whether the manifest tells how parts are encrypted (OpenDocument 1.3, part 2, 4.4)."""
    try:
        return b"encryption-data" in package.read(manifest)
    except Unpackable:
        return False


def _order(part: ZipInfo) -> tuple[int, int, str]:
    """Sort the text first and in its order, then what belongs to it."""
    number = re.search(r"(\d+)\.xml$", part.filename)
    main = next(n for n, (names, _) in enumerate([*_PLACES, (_ANY, "")]) if names.fullmatch(part.filename))
    return main, int(number[1][:9]) if number else 0, part.filename


def _read_part(package: Package, part: ZipInfo, gathered: Gathered, budget: Budget) -> None:
    try:
        content = package.read(part)
    except Unpackable as error:
        gathered.miss(_DAMAGED if isinstance(error, Damaged) else str(error))
        return
    if part.filename.endswith(".rels"):
        _read_markup(content, _Links(gathered), gathered)
    elif part.filename.endswith((".xml", ".vml")):
        paragraphs = Paragraphs(gathered, _place(part.filename))
        _read_markup(content, paragraphs, gathered)
        if paragraphs.has_picture:
            gathered.miss(_PICTURES)
    elif _OWN_PICTURES.fullmatch(part.filename):
        gathered.miss(_PICTURES)
    else:
        name = part.filename.rpartition("/")[2]
        file = Attachment(name, "application/octet-stream", content)
        gathered.take(budget.read(file), f"file {name} in it")
        gathered.add(name_lines(file), f"file {name} in it")


def _read_markup(content: bytes, handler: markup.Handler, gathered: Gathered) -> None:
    try:
        markup.parse(content, handler)
    except markup.MarkupBroken:
        gathered.miss(_DAMAGED)


def _place(name: str) -> str:
    for names, place in _PLACES:
        if match := names.fullmatch(name):
            return place.format(*match.groups())
    return ""


class _Links:
    """Gathers the addresses that a part links to."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered

    @property
    def is_full(self) -> bool:
        return self._gathered.is_full

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a relationship to something outside of the document."""
        if name == "Relationship" and attributes.get("TargetMode") == "External":
            self._gathered.write(attributes.get("Target", "").removeprefix("mailto:").removeprefix("tel:"), "links")

    def end(self, name: str) -> None:
        """Take nothing."""

    def data(self, text: str) -> None:
        """Take nothing."""
