"""Pictures of strangers are measured before they are decoded."""

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QSize, Qt
from PySide6.QtGui import QImage

from securemail_desktop.gui.pictures import MAX_SUM, WIDEST, PictureReader


def encoded(width: int, height: int, kind: str) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that is small and promises much."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPG", "BMP"])
def test_a_picture_is_read_and_a_wide_one_made_smaller(kind: str) -> None:
    reader = PictureReader()
    small, wide = reader.read(encoded(60, 40, kind)), reader.read(encoded(3200, 100, kind))
    assert small is not None
    assert small.size() == QSize(60, 40)
    assert wide is not None
    assert wide.size() == QSize(WIDEST, 50)


@pytest.mark.qt_log_ignore("JPEG datastream contains no image")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.4",
        b'/* XPM */ static char *x[] = {"1 1 1 1","a c red","a"};',
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"BM",
        b"RIFF\0\0\0\0WEBP",
        bomb(65_000, 65_000),
        bomb(2_000_000_000, 1),
        bomb(30_000, 2_000),
    ],
)
def test_what_is_no_picture_or_promises_too_much_is_not_read(content: bytes) -> None:
    assert PictureReader().read(content) is None


def test_the_sum_of_a_messages_pictures_is_bounded() -> None:
    reader = PictureReader()
    picture = encoded(4_000, 4_000, "PNG")
    shown = [reader.read(picture) is not None for _ in range(MAX_SUM // 16_000_000 + 2)]
    assert shown.count(True) == MAX_SUM // 16_000_000
