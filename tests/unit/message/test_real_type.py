"""What a file is by its content, whatever its name says."""

import pytest

from securemail_desktop.message.real_type import real_type


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ" + b"\0" * 60, "application/vnd.microsoft.portable-executable"),
        (b"MZ is how my letter begins", ""),
        (b"\x7fELF\x02", "application/x-elf"),
        (b"#!/bin/sh\n", "application/x-sh"),
        (b"\n%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04" + b"\0" * 26 + b"notes.txt", "application/zip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\0" * 128 + b"DICM", "application/dicom"),
        (b"a.txt".ljust(257, b"\0") + b"ustar", "application/x-tar"),
        (b"{\\rtf1", "application/rtf"),
        (b"Dear Bob", ""),
        (b"", ""),
    ],
)
def test_real_type(content: bytes, kind: str) -> None:
    assert real_type(content) == kind
