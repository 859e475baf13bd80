"""A choice that gives way: an address stands alone where its name does not fit, and what is cut even then is told in full."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from securemail_desktop.gui import words

LEAST = 8  # characters


class FittingBox(QComboBox):
    """The box; its least width is that of some letters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        # Qt's own policy makes the whole text the least width as soon as a style sheet is put on anew.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LEAST)
        self.currentTextChanged.connect(lambda text: self.setToolTip(words.tooltip(text)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Draw as Qt does, the text elided."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        option.currentText = self._fitting(option.currentText, room.width() - 4)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def _fitting(self, text: str, width: int) -> str:
        metrics = self.fontMetrics()
        whole = metrics.horizontalAdvance(text) <= width
        return text if whole else metrics.elidedText(text.rpartition(" <")[2].rstrip(">"), Qt.TextElideMode.ElideMiddle, width)
