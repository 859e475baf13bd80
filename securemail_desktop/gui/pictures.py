"""Pictures of a stranger's message: five formats of pixels, told by their first octets, measured before anything is decoded.

QImageReader would draw SVG (which may name files), and takes what a header promises; so the format is fixed by us, size and sum are bounded, and
large photographs are decoded small. Of a moving picture only the first is shown.
"""

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

MAX_PIXELS = 30_000_000  # of one picture as it came: a photograph of a telephone
MAX_SUM = 60_000_000  # of all pictures of a message
MAX_SIDE = 20_000
WIDEST = 1_600  # pixels to which it is scaled: more is not seen in the window

_MAGIC = ((b"\x89PNG\r\n\x1a\n", b"png"), (b"\xff\xd8\xff", b"jpeg"), (b"GIF87a", b"gif"), (b"GIF89a", b"gif"), (b"BM", b"bmp"))


def nothing() -> QImage:
    """Return the picture that stands for one that is not shown: one transparent pixel."""
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    return image


class PictureReader:
    """Reads the pictures of one message, as long as their sum is bearable."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._left = MAX_SUM

    def read(self, content: bytes) -> QImage | None:
        """Return the picture, at most `WIDEST` pixels wide; None where it is too large or none."""
        kind = _kind(content)
        if not kind:
            return None
        buffer = QBuffer()
        buffer.setData(QByteArray(content))
        reader = QImageReader(buffer, QByteArray(kind))
        size = reader.size()
        if not self._takes(size):
            return None
        if size.width() > WIDEST:
            reader.setScaledSize(QSize(WIDEST, max(1, size.height() * WIDEST // size.width())))
        reader.setAutoTransform(True)
        image = reader.read()
        return None if image.isNull() else image

    def _takes(self, size: QSize) -> bool:
        pixels = size.width() * size.height()
        if not (0 < size.width() <= MAX_SIDE and 0 < size.height() <= MAX_SIDE) or pixels > min(MAX_PIXELS, self._left):
            return False
        self._left -= pixels
        return True


def _kind(content: bytes) -> bytes:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return b"webp"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), b"")
