"""Documents that are ZIP packages: Word, Excel, PowerPoint (ISO/IEC 29500), OpenDocument (26300). The rest is an archive, and not read.

Every part is read, not only those that the document shows: headers, notes, comments, properties, custom data, files and charts in it.
"""

import re
from collections.abc import Callable, Mapping
from zipfile import ZipInfo

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text import markup
from securemail_desktop.message.text.package import Package, PackageBroken
from securemail_desktop.message.text.paragraphs import Paragraphs
from securemail_desktop.message.text.reading import AttachmentText, Gathered
from securemail_desktop.message.text.xlsx import CELLS, read_cells

_ARCHIVE = "Archives are not read yet."
_SHEET = "Spreadsheets of this kind are not read yet."
_PICTURES = "Pictures in it are not read."
_DAMAGED = "A part of it is damaged and could not be read."
_DOCUMENT = re.compile(r"(?:word|ppt)/.*|content\.xml")
_SPREADSHEET = re.compile(r"xl/.*")
_READABLE_SPREADSHEET = "xl/workbook.xml"
# How a document looks, and what programs leave in it for themselves.
_LOOKS = re.compile(
    r"\[Content_Types\]\.xml|.*/(?:styles|stylesWithEffects|fontTable|webSettings|numbering|presProps|viewProps|tableStyles)\.xml"
    r"|.*/(?:theme|fonts|_xmlsignatures)/.*|_xmlsignatures/.*|META-INF/.*|Configurations2/.*|mimetype|manifest\.rdf|layout-cache|settings\.xml"
    r"|.*/(?:vbaProject|vbaData|printerSettings\d*|attachedToolbars)\.(?:bin|xml)|Thumbnails/.*|docProps/thumbnail\.jpe?g|.*/customXml/itemProps\d*\.xml"
)
_PICTURE = re.compile(r"(?:.*/)?media/.*\.(?:png|jpe?g|gif|bmp|tiff?|svg|webp|heic|jxr|wdp)")  # shown somewhere, and judged there
_OWN_PICTURES = re.compile(r"Pictures/.*|docProps/thumbnail\..*|(?:.*/)?media/.*")
_PLACES = (
    (re.compile(r"word/(?:document|glossary/.*)\.xml|content\.xml"), ""),
    (re.compile(r"ppt/slides/slide(\d+)\.xml"), "slide {}"),
    (re.compile(r"ppt/notesSlides/notesSlide(\d+)\.xml"), "notes of a slide"),
    (re.compile(r"docProps/.*|customXml/.*|meta\.xml"), "document properties"),
    (re.compile(r"(?:.*/)?([a-zA-Z]+)\d*\.xml"), "{}"),
)


def package_text(content: bytes, read_inner: Callable[[Attachment], AttachmentText]) -> AttachmentText:
    """Return the text of a document in a package; `read_inner` reads the files in it."""
    gathered = Gathered()
    try:
        package = Package(content)
    except PackageBroken as error:
        return AttachmentText(unreadable=str(error))
    names = list(package.names())
    if _READABLE_SPREADSHEET in names:
        read_cells(package, gathered)
    elif not any(map(_DOCUMENT.fullmatch, names)):
        return AttachmentText(unreadable=_SHEET if any(map(_SPREADSHEET.fullmatch, names)) else _ARCHIVE)
    for part in sorted(package.parts, key=_order):
        if gathered.is_full:
            break
        if not any(known.fullmatch(part.filename) for known in (_LOOKS, _PICTURE, CELLS)):
            _read_part(package, part, gathered, read_inner)
    return gathered.result()


def _order(part: ZipInfo) -> tuple[int, int, str]:
    """Sort the text first and in its order, then what belongs to it."""
    number = re.search(r"(\d+)\.xml$", part.filename)
    main = next(n for n, (names, _) in enumerate([*_PLACES, (re.compile(".*"), "")]) if names.fullmatch(part.filename))
    return main, int(number[1][:9]) if number else 0, part.filename


def _read_part(package: Package, part: ZipInfo, gathered: Gathered, read_inner: Callable[[Attachment], AttachmentText]) -> None:
    try:
        content = package.read(part)
    except PackageBroken as error:
        gathered.miss(str(error))
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
        gathered.take(read_inner(Attachment(name, "application/octet-stream", content)), f"file {name} in it")


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
