"""A label of plain text in which one part stands out: by weight and underline, and by colour beside them."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from securemail_desktop.gui.breaking import breakable, has_long_word
from securemail_desktop.gui.spans import Utf16

NO_PART = (0, 0)


class MarkedLabel(QLabel):
    """The label; its text stays plain for screen readers and tests, only the painting differs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty label whose height follows its width."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._part, self._colour = NO_PART, ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, text: str, part: tuple[int, int], colour: str) -> None:
        """Show a text; `part` is (start, end) in code points, an empty one marks nothing. The colour is `#rrggbb`."""
        self._part, self._colour = part, colour
        self.setText(text)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of the wrapped lines in pixels."""
        return int(self._laid_out(width).boundingRect().height() + 0.99)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of two words a line at least."""
        width = max(self.width(), self.minimumSizeHint().width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow label."""
        return QSize(120, self.fontMetrics().lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Paint the lines."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        self._laid_out(self.width()).draw(painter, QPointF(0, 0))
        painter.end()

    def _laid_out(self, width: int) -> QTextLayout:
        mark = breakable if has_long_word(self.text(), self.font(), width) else str
        text = mark(self.text())
        layout = QTextLayout(text, self.font())
        layout.setTextOption(_by_words())
        if self._part[0] < self._part[1]:
            start, end = (Utf16(text).offset(len(mark(self.text()[:place]))) for place in self._part)
            layout.setFormats([part_format(start, end, self._colour)])
        lay_lines(layout, width)
        return layout


def _by_words() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # the text's own, whatever the window's
    return option


def lay_lines(layout: QTextLayout, width: float) -> None:
    """Break a layout into lines of a width in pixels, one beneath the other."""
    layout.beginLayout()
    height = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(10.0, width))
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()


def part_format(start: int, end: int, colour: str) -> QTextLayout.FormatRange:
    """Return the look of what differs, from and to in UTF-16 units: bold, underlined, and in a colour."""
    style = QTextCharFormat()
    style.setFontWeight(QFont.Weight.Black)
    style.setForeground(QColor(colour))
    style.setFontUnderline(True)
    part = QTextLayout.FormatRange()
    part.start, part.length, part.format = start, end - start, style
    return part
