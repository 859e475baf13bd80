"""Two addresses beneath each other, what differs in bold: the one that was typed, and the one that was probably meant."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from securemail_desktop.gui.look import LARGE, Look
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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
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
        return QSize(200, 2 * self._line_height() + 30)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow pair."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Paint captions and addresses."""
        typed, meant = differing(self._typed, self._meant)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._look.tones.line))
        painter.setBrush(QColor(self._look.tones.raised))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        self._row(painter, 10, "Written", self._typed, typed, Tone.DANGER)
        self._row(painter, 20 + self._line_height(), "Known", self._meant, meant, Tone.GOOD)
        painter.end()

    def _row(self, painter: QPainter, y: float, caption: str, text: str, part: tuple[int, int], tone: Tone) -> None:
        layout = QTextLayout(text, self._font())
        units = Utf16(text)
        layout.setFormats([_format(units.offset(part[0]), units.offset(part[1]), self._look.tones.ink_of(tone))])
        layout.setTextOption(_one_line())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(max(10, self.width() - 24 - self._caption_width()))
        layout.endLayout()
        painter.setPen(QColor(self._look.tones.muted))
        painter.setFont(self.font())
        painter.drawText(QPointF(12, y + QFontMetrics(self._font()).ascent()), caption)
        painter.setPen(QColor(self._look.tones.ink))
        layout.draw(painter, QPointF(12 + self._caption_width(), y))

    def _caption_width(self) -> int:
        return QFontMetrics(self.font()).horizontalAdvance("Written") + 14

    def _line_height(self) -> int:
        return QFontMetrics(self._font()).height()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * LARGE)
        return font


def _format(start: int, end: int, colour: str) -> QTextLayout.FormatRange:
    style = QTextCharFormat()
    style.setFontWeight(QFont.Weight.Bold)
    style.setForeground(QColor(colour))
    style.setFontUnderline(True)
    part = QTextLayout.FormatRange()
    part.start, part.length, part.format = start, end - start, style
    return part


def _one_line() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
    return option
