"""A button that fits a narrow window: a label that is too long for one line takes more, so that nothing of an address is left out."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from securemail_desktop.gui.breaking import broken

NARROWEST, AROUND = 96, 40


class FittingButton(QPushButton):
    """The button; a layout that asks for its height may make it as narrow as 96 pixels."""

    def __init__(self, label: str, parent: QWidget) -> None:
        """Make it with its label."""
        super().__init__(label, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow button."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), NARROWEST), whole.height())

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all lines of the label in pixels."""
        return self.sizeHint().height() + self._lines(width).count("\n") * self.fontMetrics().lineSpacing()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Draw the label in its lines."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._lines(self.width())
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()

    def _lines(self, width: int) -> str:
        return self.text() if width >= self.sizeHint().width() else broken(self.text(), self.font(), width - AROUND)
