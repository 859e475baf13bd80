"""Two addresses beneath each other, what differs in bold: the one that was typed, and the one that was probably meant."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from securemail_desktop.gui.breaking import breakable
from securemail_desktop.gui.look import LARGE, Look
from securemail_desktop.gui.marked_label import lay_lines, part_format
from securemail_desktop.gui.spans import Utf16
from securemail_desktop.gui.tones import Tone


def differing(one: str, other: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the part, (start, end) in code points, in which the texts differ: of the first and of the second."""
    start = _same(one, other)
    tail = _same(one[start:][::-1], other[start:][::-1])
    return (start, len(one) - tail), (start, len(other) - tail)


def _same(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


class AddressCompare(QWidget):
    """The pair, painted as plain text."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._look = look
        self._typed = self._meant = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def compare(self, typed: str, meant: str) -> None:
        """Show the two addresses; empty texts hide the pair."""
        self._typed, self._meant = typed, meant
        self.setAccessibleName(f"Written: {typed}. Probably meant: {meant}.")
        self.setVisible(bool(typed and meant))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of two lines with their captions."""
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that a long address takes more lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the room of both addresses in pixels."""
        return int(sum(self._lines(text, width).boundingRect().height() for text in (self._typed, self._meant)) + 30)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow pair."""
        return QSize(120, 2 * QFontMetrics(self._font()).height() + 30)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Paint captions and addresses."""
        typed, meant = differing(self._typed, self._meant)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._look.tones.line))
        painter.setBrush(QColor(self._look.tones.raised))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        self._row(painter, 10, "Written", self._typed, typed, Tone.DANGER)
        second = 20 + self._lines(self._typed, self.width()).boundingRect().height()
        self._row(painter, second, "Known", self._meant, meant, Tone.GOOD)
        painter.end()

    def _row(self, painter: QPainter, y: float, caption: str, text: str, part: tuple[int, int], tone: Tone) -> None:
        layout = self._lines(text, self.width())
        start, end = (Utf16(breakable(text)).offset(len(breakable(text[:place]))) for place in part)
        layout.setFormats([part_format(start, end, self._look.tones.ink_of(tone))])
        lay_lines(layout, self._room(self.width()))
        painter.setPen(QColor(self._look.tones.muted))
        painter.setFont(self.font())
        painter.drawText(QPointF(12, y + QFontMetrics(self._font()).ascent()), caption)
        painter.setPen(QColor(self._look.tones.ink))
        layout.draw(painter, QPointF(12 + self._caption_width(), y))

    def _lines(self, text: str, width: int) -> QTextLayout:
        layout = QTextLayout(breakable(text), self._font())
        layout.setTextOption(_by_signs())
        lay_lines(layout, self._room(width))
        return layout

    def _room(self, width: int) -> int:
        return max(10, width - 24 - self._caption_width())

    def _caption_width(self) -> int:
        return QFontMetrics(self.font()).horizontalAdvance("Written") + 14

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * LARGE)
        return font


def _by_signs() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option
