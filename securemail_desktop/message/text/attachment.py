"""The text of an attachment: PDF, Office, RTF, plain text, tables, HTML, calendars and cards (RFC 5545, 6350), messages (RFC 5322), archives.

What a file is shows in its first octets before it shows in its type or name. What this module cannot read is unreadable with a reason, never
silently empty; only what is known to hold no text (signatures, fonts) is.
"""

import re
from collections.abc import Sequence
from functools import partial
from html import unescape
from pathlib import PurePath

from securemail_desktop.message import charset, encoded_word, parameter
from securemail_desktop.message.content_in import read_contents
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.entity import Entity, read_entity
from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.text.archive import zip_text
from securemail_desktop.message.text.bodies import body_lines, html_lines
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.calendar import calendar_text
from securemail_desktop.message.text.compound import MAGIC, Compound
from securemail_desktop.message.text.compressed import compressed_text, is_compressed
from securemail_desktop.message.text.dicom import dicom_text
from securemail_desktop.message.text.dicom_elements import is_dicom, is_nothing_else
from securemail_desktop.message.text.finder import finder_text, is_finder_file
from securemail_desktop.message.text.mail_file import head_of, messages_in
from securemail_desktop.message.text.msg import is_msg, is_nothing_but_msg, msg_text
from securemail_desktop.message.text.office import document_text, is_document
from securemail_desktop.message.text.package import Package
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.pdf import pdf_text
from securemail_desktop.message.text.picture import is_decoration
from securemail_desktop.message.text.reading import (
    FOREIGN,
    LARGEST_TEXT,
    LOCKED_FILE,
    TOO_LONG,
    AttachmentText,
    Gathered,
    name_lines,
    reasons_of,
)
from securemail_desktop.message.text.rtf import rtf_text
from securemail_desktop.message.text.tar import is_tar, tar_text
from securemail_desktop.message.text.unpack import Damaged, Unpackable

_PDF_START = 1024 + 5  # ISO 32000-1, annex H: readers take what lies before as well
_ZIP_END = 65_536 + 22  # APPNOTE, 4.3.16: its directory lies at the end, and anything may lie before it
_DOCUMENT_FIRST = re.compile(rb"\s{0,100}%PDF-|PK\x03\x04|PK\x05\x06")
_PICTURE = "The text in pictures is not read."
_OLD_OFFICE = "Files of older Office programs are not read: save it anew, as .docx, .xlsx, .pptx or PDF."
_ARCHIVE = "Archives of this kind are not read: save it anew, as .zip."
_LOCKED_PACKAGE = "EncryptedPackage"  # [MS-OFFCRYPTO] 2.3.4
_UNLISTED = "It holds files that it does not list, and those are not read."
_ENCRYPTED = "The attachment is encrypted."
_MAGIC = (
    (re.compile(rb"\x89PNG|GIF8|\xff\xd8\xff|II\*\0|MM\0\*|RIFF....WEBP|BM....\0\0\0\0|....ftyp(?:heic|avif|mif1)", re.DOTALL), _PICTURE),
    (re.compile(rb"7z\xbc\xaf|Rar!|MSCF|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\x1f\x9d|.{2}-l[hz][0-9d]-", re.DOTALL), _ARCHIVE),
    (re.compile(rb"\s{0,100}-----BEGIN PGP MESSAGE-----|\x76\xe8\x04\x60\xc4\x11\xe3\x86"), _ENCRYPTED),  # the latter: [MS-OXORMMS] 4.1
)
_TEXTLESS = re.compile(r"application/(?:x-)?pkcs7-signature|application/pgp-signature|font/.*|application/font-.*")
# What such a file begins with: a type alone is only somebody's word.
_TEXTLESS_START = re.compile(rb"\x30[\x80-\x84]|-----BEGIN PGP SIGNATURE|wOF[F2]|\x00\x01\x00\x00|OTTO|true|ttcf")
_SEALED = re.compile(r"application/(?:x-)?pkcs7-mime|application/pgp-encrypted")
_HTML = re.compile(r"text/html|application/xhtml\+xml|\.x?html?")
_CALENDAR = re.compile(r"text/(?:calendar|(?:x-)?vcard|directory)|\.(?:ics|ical|vcf)")
_MESSAGE = re.compile(r"message/(?:rfc822|global|news)|\.eml")
_XML = re.compile(r"(?:text|application)/xml|.*\+xml|\.(?:xml|svg)")
_JSON = re.compile(r"application/json|.*\+json|\.json")
_JSON_NUMBER = re.compile(r"\\u([0-9a-fA-F]{4})")
_HTML_START = re.compile(rb"\s{0,100}(?:<!doctype html|<html)", re.IGNORECASE)
_BREAK = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HEADERS = ("From", "To", "Cc", "Subject", "Date")


def attachment_text(attachment: Attachment) -> AttachmentText:
    """Return the text of an attachment and of the files in it. Never fails, in linear time."""
    return _read(attachment, Budget(_read, len(attachment.content)))


def _read(attachment: Attachment, budget: Budget) -> AttachmentText:
    content, kind = attachment.content, attachment.media_type
    found = [reader(attachment, budget) for shows, reader in _DOCUMENTS if shows(content)]
    if not content or (_TEXTLESS.fullmatch(kind) and _TEXTLESS_START.match(content)) or is_decoration(attachment):
        return _all(found)
    first = _DOCUMENT_FIRST.match(content) or is_compressed(content) or is_tar(content) or (is_dicom(content) and is_nothing_else(content))
    return _all(found if first else [*found, _other(attachment, budget)])


def _all(found: Sequence[AttachmentText]) -> AttachmentText:
    """Return what a file says as each of the things that it may be taken for: the receiver's program decides which."""
    return AttachmentText(tuple(line for one in found for line in one.lines), reasons_of(one.unreadable for one in found))


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:_PDF_START]


def _pdf(attachment: Attachment, budget: Budget) -> AttachmentText:
    return pdf_text(attachment.content, budget.read)


def _is_package(content: bytes) -> bool:
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return True
    end = content.rfind(b"PK\x05\x06", -_ZIP_END)
    # In a file that holds others unpacked, one of those may be a package; it is read in its place.
    return end >= 0 and (not _holds_files(content) or end + 22 + int.from_bytes(content[end + 20 : end + 22], "little") == len(content))


def _holds_files(content: bytes) -> bool:
    return content.startswith(MAGIC) or is_compressed(content) or is_tar(content)


def _package(attachment: Attachment, budget: Budget) -> AttachmentText:
    try:
        package = Package(attachment.content, budget)
    except Unpackable as error:
        return AttachmentText(unreadable=str(error))
    found = document_text(package, budget) if is_document(package) else zip_text(package, budget)
    return _all([found, AttachmentText(unreadable=_UNLISTED if package.has_unlisted() else "")])


def _tar(attachment: Attachment, budget: Budget) -> AttachmentText:
    return tar_text(attachment.content, budget)


_DOCUMENTS = ((_is_pdf, _pdf), (_is_package, _package), (is_compressed, compressed_text), (is_tar, _tar), (is_dicom, dicom_text))


def _is_rtf(content: bytes) -> bool:
    return content.startswith(b"{\\rtf")


def _rtf(attachment: Attachment, _budget: Budget) -> AttachmentText:
    return rtf_text(attachment.content)


def _is_compound(content: bytes) -> bool:
    return content.startswith(MAGIC)


def _compound(attachment: Attachment, budget: Budget) -> AttachmentText:
    try:
        file = Compound(attachment.content, budget)
    except Damaged as error:
        return AttachmentText(unreadable=str(error))
    if _LOCKED_PACKAGE in file.streams_in(()):
        return AttachmentText(unreadable=LOCKED_FILE)
    if not is_msg(file):
        return AttachmentText(unreadable=_OLD_OFFICE)
    return _all([msg_text(file, budget), AttachmentText(unreadable="" if is_nothing_but_msg(file) else _OLD_OFFICE)])


# What a file is by its first octets, and nothing else at the same time.
_FORMATS = ((_is_compound, _compound), (_is_rtf, _rtf), (is_finder_file, finder_text))


def _other(attachment: Attachment, budget: Budget) -> AttachmentText:
    content, kind = attachment.content, attachment.media_type
    extension = PurePath(attachment.filename).suffix.lower()
    if reason := next((reason for magic, reason in _MAGIC if magic.match(content)), _ENCRYPTED if _SEALED.fullmatch(kind) else ""):
        return AttachmentText(unreadable=reason)
    if reader := next((reader for shows, reader in _FORMATS if shows(content)), None):
        return reader(attachment, budget)
    head = b"" if (named := _MESSAGE.fullmatch(kind) or _MESSAGE.fullmatch(extension)) else head_of(content)
    if named or head:
        return _mail(content, head, budget)
    decoded = charset.decode_file(content, parameter.parse(attachment.content_type)[1].get("charset", ""))
    if _HTML.fullmatch(kind) or _HTML.fullmatch(extension) or _HTML_START.match(content):
        return AttachmentText(tuple(html_lines(_BREAK.sub("\n", decoded))), _doubt(decoded, kind))
    text = _unescaped(_BREAK.sub("\n", decoded[:LARGEST_TEXT]), kind, extension)
    reason = _doubt(text, kind)
    cut = TOO_LONG if decoded[LARGEST_TEXT:] else FOREIGN if charset.is_foreign(content, decoded) else ""
    if not reason and (_CALENDAR.fullmatch(kind) or _CALENDAR.fullmatch(extension)):
        return _all([calendar_text(text, budget.read), AttachmentText(unreadable=cut)])
    return AttachmentText(() if reason else tuple(map(Line, text.split("\n"))), reason or cut)


def _unescaped(text: str, kind: str, extension: str) -> str:
    """Return the text with the characters that XML (4.1) and JSON (RFC 8259, 7) write as numbers."""
    if _XML.fullmatch(kind) or _XML.fullmatch(extension):
        return unescape(text)
    if _JSON.fullmatch(kind) or _JSON.fullmatch(extension):
        return _JSON_NUMBER.sub(lambda match: chr(int(match[1], 16)), text)
    return text


def _doubt(text: str, kind: str) -> str:
    """Return why octets that were decoded are no text, empty where they are."""
    if 50 * len(_CONTROL.findall(text)) <= len(text):
        return ""
    return _PICTURE if kind.startswith("image/") else "Files of this kind are not read."


def _mail(content: bytes, head: bytes, budget: Budget) -> AttachmentText:
    """Return the text of a file's messages; `head` is a header that is read whole, since its file may be somebody's text all the same."""
    gathered, messages = Gathered(), messages_in(content)
    gathered.add(map(Line, charset.decode(head).splitlines()), "")
    if len(messages) == 1:
        gathered.take(_message(messages[0], budget), "")
        return gathered.result()
    for number, message in enumerate(messages, 1):
        if gathered.is_full:
            break  # whoever takes the text says so
        gathered.take(budget.within(partial(_message, message, budget)), f"message {number}")
    return gathered.result()


def _message(content: bytes, budget: Budget) -> AttachmentText:
    try:
        entity = read_entity(content)
        contents = read_contents(entity)
    except ParseError as error:
        return AttachmentText(unreadable=f"An attached message could not be read. {error}")
    gathered = Gathered()
    gathered.add([*_header_lines(entity), Line(""), *body_lines(contents.text, contents.html)], "")
    for attachment in contents.attachments:
        gathered.add([Line("")], "")
        gathered.take(budget.read(attachment), "")
        gathered.add(name_lines(attachment), "")
    return gathered.result()


def _header_lines(entity: Entity) -> list[Line]:
    values = [(name, encoded_word.decode(entity.field(name.lower()))) for name in _HEADERS]
    return [Line(f"{name}: {value}") for name, value in values if value]
