"""The text of a PDF document (ISO 32000), page by page: what is shown, notes, filled forms, links, properties, bookmarks, attached files.

Read by PDFium, which can break at a hostile file: only in the reading process. A page that shows a picture without text upon it is scanned,
and a scanned page is not read; a recognised text beneath the picture is.
"""

import ctypes
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing

import pypdfium2
from pypdfium2 import raw

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import LOCKED_FILE, AttachmentText, Gathered

_MOST_PAGES = 2_000
_MOST_OBJECTS = 20_000  # of one page
_MOST_NOTES = 2_000  # of one page
_MOST_BOOKMARKS = 5_000
_MOST_FILES = 100
_LARGE = 0.12  # of the page: more than a letterhead
_LITTLE_TEXT = 100  # characters upon a picture: a fax's line at the top, no recognised page
_DAMAGED = "It is a damaged PDF document, so it could not be read."
_BROKEN = "The damaged {} could not be read."
_LETTERS_LOST = "The letters on {} could not be read: the fonts do not say what they are."
_SCANNED = "Pictures and scanned pages are not read ({})."
_DRAWN = "What is drawn without letters is not read ({})."
_NAMED = 5  # pages in a reason
_KEYS = (b"Contents", b"Subj", b"T", b"TU")
_HYPHEN = re.compile("(.?)[\x02\ufffe](?:\r?\n)?(.?)")
_NO_LETTER = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")


def pdf_text(content: bytes, read_inner: Callable[[Attachment], AttachmentText]) -> AttachmentText:
    """Return the text of a document; `read_inner` reads the files in it."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        protected = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        return AttachmentText(unreadable=LOCKED_FILE if protected else _DAMAGED)
    gathered = Gathered()
    with closing(document):
        _read_pages(document, gathered)
        _read_properties(document, gathered)
        _read_files(document, gathered, read_inner)
    return gathered.result()


def _read_pages(document: "pypdfium2.PdfDocument", gathered: Gathered) -> None:
    form_type = document.get_formtype()
    if form_type in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
        gathered.miss("Forms of this kind (XFA) are not read.")
    if form_type != raw.FORMTYPE_NONE:
        document.init_forms()
    missed: dict[str, list[int]] = defaultdict(list)
    for number in range(min(len(document), _MOST_PAGES)):
        if gathered.is_full:
            break
        try:
            reason = _read_page(document, number, gathered)
        except pypdfium2.PdfiumError:
            reason = _BROKEN
        if reason:
            missed[reason].append(number + 1)
    for reason, numbers in missed.items():
        gathered.miss(reason.format(_pages(numbers)))
    if len(document) > _MOST_PAGES:
        gathered.miss(f"Only its first {_MOST_PAGES:,} pages are read.")


def _pages(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:_NAMED]))
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"page{'s' if len(numbers) > 1 else ''} {named}{more}"


def _read_page(document: "pypdfium2.PdfDocument", number: int, gathered: Gathered) -> str:
    """Read one page; return the reason why not all of it could be read, with a gap for the pages, or empty."""
    place = f"page {number + 1}"
    with closing(document[number]) as page:
        with closing(page.get_textpage()) as shown:
            text = _cleaned(shown.get_text_range(errors="replace"))
            gathered.write(text, place)
            lost = len(_NO_LETTER.findall(text)) * 5 > len(text.strip())
            reason = _LETTERS_LOST if lost else _unread_picture(page, shown, text)
        for note in _notes(document, page):
            gathered.write(note, place)
    return reason


def _cleaned(text: str) -> str:
    """Return the text with line feeds; a hyphen at a line's end goes between letters and stays elsewhere."""
    if "\x02" in text or "\ufffe" in text:
        text = _HYPHEN.sub(
            lambda match: match[1] + match[2] if match[1].isalpha() and match[2].isalpha() else f"{match[1]}-{match[2]}", text
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unread_picture(page: "pypdfium2.PdfPage", shown: "pypdfium2.PdfTextPage", text: str) -> str:
    """Return what the page shows besides its text that is not read, empty where there is nothing."""
    least = _LARGE * page.get_width() * page.get_height()
    drawn = False
    for position, item in enumerate(page.get_objects(max_depth=5)):
        if position > _MOST_OBJECTS:
            break
        drawn = drawn or item.type in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING}
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) >= least and len(shown.get_text_bounded(left, bottom, right, top)) < _LITTLE_TEXT:
                return _SCANNED
    return _DRAWN if drawn and not text.strip() else ""


def _notes(document: "pypdfium2.PdfDocument", page: "pypdfium2.PdfPage") -> Iterator[str]:
    """Yield the texts of notes, filled fields and links."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        texts = [_string(raw.FPDFAnnot_GetStringValue, note, key) for key in _KEYS]
        texts += [_form_field(document, note), _address(document, note)]
        yield "\n".join(dict.fromkeys(filter(None, texts)))
        raw.FPDFPage_CloseAnnot(note)


def _form_field(document: "pypdfium2.PdfDocument", note: object) -> str:
    if not document.formenv:
        return ""
    name, value = (_string(get, document.formenv, note) for get in (raw.FPDFAnnot_GetFormFieldName, raw.FPDFAnnot_GetFormFieldValue))
    return f"{name}: {value}" if value else name


def _address(document: "pypdfium2.PdfDocument", note: object) -> str:
    link = raw.FPDFAnnot_GetLink(note)
    action = raw.FPDFLink_GetAction(link) if link else None
    if not action:
        return ""
    size = raw.FPDFAction_GetURIPath(document, action, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAction_GetURIPath(document, action, buffer, size)
    return buffer.value.decode("utf-8", "replace").removeprefix("mailto:").removeprefix("tel:")


def _string(get: Callable[..., int], *whose: object) -> str:
    size = get(*whose, None, 0)
    buffer = ctypes.create_string_buffer(size)
    get(*whose, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")


def _read_properties(document: "pypdfium2.PdfDocument", gathered: Gathered) -> None:
    for name, value in document.get_metadata_dict(skip_empty=True).items():
        if name not in {"CreationDate", "ModDate"}:
            gathered.write(f"Author: {value}" if name == "Author" else value, "document properties")
    for position, bookmark in enumerate(document.get_toc()):
        if position > _MOST_BOOKMARKS or gathered.is_full:
            return
        gathered.write(bookmark.get_title(), "bookmarks")


def _read_files(document: "pypdfium2.PdfDocument", gathered: Gathered, read_inner: Callable[[Attachment], AttachmentText]) -> None:
    count = document.count_attachments()
    for index in range(min(count, _MOST_FILES)):
        try:
            file = document.get_attachment(index)
            name = file.get_name()
            gathered.write(name.replace("_", " "), "attached files")
            content = bytes(file.get_data())
        except pypdfium2.PdfiumError:
            gathered.miss("A file attached to it could not be read.")
            continue
        gathered.take(read_inner(Attachment(name, "application/octet-stream", content)), f"attached file {name}")
    if count > _MOST_FILES:
        gathered.miss("Not all files attached to it are read.")
