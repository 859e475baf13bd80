"""Our icons: SVG files drawn in `currentColor`, rendered anew for every size, so that they are crisp at any scale of the screen."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FADED = 0.45


class SvgEngine(QIconEngine):
    """Draws one SVG document; `size` is in device pixels, a disabled icon is faded."""

    def __init__(self, document: bytes) -> None:
        """Take the document with its colours in place."""
        super().__init__()
        self._document = document
        self._renderer = QSvgRenderer(QByteArray(document))
        self._drawn: dict[tuple[int, int, bool], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002 - Qt's signature
        """Draw into the rectangle."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(painter.opacity() * (FADED if mode == QIcon.Mode.Disabled else 1.0))
        self._renderer.render(painter, QRectF(rect))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a picture of this size."""
        key = (size.width(), size.height(), mode == QIcon.Mode.Disabled)
        if key not in self._drawn:
            drawn = QPixmap(size)
            drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(drawn)
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
            painter.end()
            self._drawn[key] = drawn
        return self._drawn[key]

    def clone(self) -> QIconEngine:
        """Return another one for the same document."""
        return SvgEngine(self._document)


@lru_cache(maxsize=256)
def svg_icon(file: Path, colour: str) -> QIcon:
    """Return the icon of a file in a colour `#rrggbb`."""
    return QIcon(SvgEngine(file.read_bytes().replace(b"currentColor", colour.encode("ascii"))))
