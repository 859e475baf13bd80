"""A button that fits a narrow window: what its label has too much is left out of the middle, while its accessible name is the whole."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

NARROWEST, AROUND = 96, 40


class FittingButton(QPushButton):
    """The button; a layout may make it as narrow as 96 pixels."""

    def __init__(self, label: str, parent: QWidget) -> None:
        """Make it with its label."""
        super().__init__(label, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow button."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), NARROWEST), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Draw as much of the label as there is room for."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if self.width() < self.sizeHint().width():
            option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width() - AROUND)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()
