"""What kind of file some bytes are, by what they begin with (as file(1) does); empty where they show nothing.

A text has no signature, so nothing is said of it; a document of an office program is told from a plain archive by the parts that it names.
"""

import re

_BEGINNINGS = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"MZ.{58}", "application/vnd.microsoft.portable-executable"),
        (rb"\x7fELF", "application/x-elf"),
        (rb"\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", "application/x-mach-binary"),
        (rb"#!\s?/", "application/x-sh"),
        (rb"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
        (rb"\s{0,100}%PDF-", "application/pdf"),
        (rb"PK\x03\x04.{0,4000}?word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (rb"PK\x03\x04.{0,4000}?xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (rb"PK\x03\x04.{0,4000}?ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", "application/vnd.oasis.opendocument.text"),
        (rb"PK\x03\x04.{0,4000}?META-INF/MANIFEST\.MF", "application/java-archive"),
        (rb"PK[\x03\x05]", "application/zip"),
        (rb"Rar!\x1a\x07", "application/vnd.rar"),
        (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (rb"\x1f\x8b", "application/gzip"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (rb"\{\\rtf", "application/rtf"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"II\*\0|MM\0\*", "image/tiff"),
        (rb".{257}ustar", "application/x-tar"),
        (rb".{128}DICM", "application/dicom"),
    )
)


def real_type(content: bytes) -> str:
    """Return the media type that the content shows, empty where it shows none."""
    start = content[:5000]
    return next((kind for pattern, kind in _BEGINNINGS if pattern.match(start)), "")
