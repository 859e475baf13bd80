"""The text of a DICOM file (PS3.3): patient, study, report and every other text of its header, a document in it; never its pictures.

pydicom takes longer to load than a file to be read.
"""

import re
from dataclasses import replace
from itertools import islice

from securemail_desktop.message import charset
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.dicom_elements import PIXELS, Element, elements
from securemail_desktop.message.text.dicom_words import CHARSETS, LABELS
from securemail_desktop.message.text.reading import FOREIGN, AttachmentText, Gathered
from securemail_desktop.message.text.unpack import Unpackable

_CHARSET, _BURNED_IN, _DOCUMENT, _DOCUMENT_TYPE = 0x00080005, 0x00280301, 0x00420011, 0x00420012
_ABOUT_THE_FILE = 0x0002
_OVERLAY, _ANY_OVERLAY = 0x60003000, 0xFF01FFFF  # groups 6000 to 60FF that are even
_TEXTS = frozenset(b"LO LT PN SH ST UC UR UT".split())
_SINGLE = frozenset(b"LT ST UR UT".split())  # types in which a backslash is a letter
_SETS = re.compile(r"(?:ISO[_ ](?:2022 )?)?(IR \d+|GB18030|GBK)")
_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_TEXT = re.compile(r"[^\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]{4,}")
_MEASURE = re.compile(r"[0-9.,\\ :+eE-]*")  # numbers with points, times and identifiers of things, where a type is not said
_NUMBER = re.compile(r"[0-9]{5,}")
_MOST = 500_000  # elements
_PICTURES = "The text in pictures is not read."
_NAMED = "It says that names or numbers are written into its pictures, which are not read."
_DAMAGED = "A part of it is damaged and could not be read."
_TOO_MANY = "Only the beginning of it is read: it has too many parts."


def dicom_text(attachment: Attachment, budget: Budget) -> AttachmentText:
    """Return the text of the header and of the documents in it; linear, never fails."""
    reader = _Reader(budget)
    count = 0
    try:
        for element in islice(elements(attachment.content, budget), _MOST):
            reader.take(element)
            count += 1
    except Unpackable as error:
        reader.gathered.miss(str(error))
    if count == _MOST:
        reader.gathered.miss(_TOO_MANY)
    return reader.result()


class _Reader:
    """Takes one element after the other."""

    def __init__(self, budget: Budget) -> None:
        self.gathered = Gathered()
        self._budget = budget
        self._charset, self._pictures = "", False
        self._burned_in: set[str] = set()
        self._documents: list[Attachment] = []

    def take(self, element: Element) -> None:
        """Take an element: most are texts, a few say how others are meant."""
        tag, value = element.tag, element.value
        if not element.whole:
            self.gathered.miss(_DAMAGED)
        if tag in PIXELS or tag & _ANY_OVERLAY == _OVERLAY:
            self._pictures = True
        elif tag == _CHARSET:
            found = _SETS.search(_plain(value))
            self._charset = CHARSETS.get(found[1], "") if found else ""
        elif tag == _BURNED_IN:
            self._burned_in.add(_plain(value))
        elif tag == _DOCUMENT:
            self._documents.append(Attachment("", "application/octet-stream", value))
        elif tag == _DOCUMENT_TYPE and self._documents:  # it comes behind its document
            self._documents[-1] = replace(self._documents[-1], content_type=_plain(value).lower())
        elif tag >> 16 != _ABOUT_THE_FILE and not self.gathered.is_full:
            self.gathered.write(self._line(element))

    def result(self) -> AttachmentText:
        """Return all of it."""
        for document in filter(lambda one: one.content, self._documents):
            self.gathered.take(self._budget.read(document), "document in it")
        if self._pictures and self._burned_in != {"NO"}:  # what one part says of its picture is not said of another's
            self.gathered.miss(_NAMED if "YES" in self._burned_in else _PICTURES)
        return self.gathered.result()

    def _line(self, element: Element) -> str:
        kind, label = LABELS.get(element.tag, (element.kind, ""))
        kind = element.kind if element.kind in _TEXTS else kind
        if not label and kind not in _TEXTS and not (kind in {b"", b"UN"} and _TEXT.fullmatch(self._decoded(element.value))):
            return ""
        text = self._decoded(element.value)
        if not label and kind not in _TEXTS and _MEASURE.fullmatch(text) and not _NUMBER.fullmatch(text):
            return ""
        if "\x1b" in text:  # an alphabet begins here that the file's first one is not (PS3.5, 6.1.2.5)
            self.gathered.miss(FOREIGN)
        values = [text] if kind in _SINGLE else text.split("\\")
        said = ", ".join(filter(None, (_said(kind, value) for value in values)))
        return f"{label}: {said}" if label and said else said

    def _decoded(self, value: bytes) -> str:
        return charset.decode(value, self._charset).strip("\0 ").replace("\0", " ").replace("\r\n", "\n").replace("\r", "\n")


def _plain(value: bytes) -> str:
    return value.decode("latin-1").strip("\0 ")


def _said(kind: bytes, value: str) -> str:
    """Return a value as people write it: a name in its order (PS3.5, 6.2.1), a date with hyphens."""
    if kind == b"DA":
        return _DATE.sub(r"\1-\2-\3", value)
    if kind != b"PN":
        return value
    forms = [[*form.split("^"), "", "", "", "", ""] for form in value.split("=")]
    return " = ".join(filter(None, (" ".join(filter(None, (form[3], form[1], form[2], form[0], *form[4:]))) for form in forms)))
