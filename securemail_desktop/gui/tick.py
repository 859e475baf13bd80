"""A box to tick whose words are wrapped: they name a whole address, and nobody confirms what is cut off."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.breaking import broken

NARROWEST, AROUND, PADDING = 120, 36, 8


class Tick(QCheckBox):
    """The box; its height follows its width."""

    def __init__(self, parent: QWidget) -> None:
        """Make it without words."""
        super().__init__(parent)
        self._words = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def ask(self, text: str) -> None:
        """Say what is confirmed."""
        self._words = words.button(text)
        self.setAccessibleName(words.visible(text))
        self._wrap()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all lines in pixels."""
        lines = 1 + broken(self._words, self.font(), width - AROUND).count("\n")
        return lines * self.fontMetrics().lineSpacing() + PADDING

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size at the present width."""
        width = max(NARROWEST, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow box."""
        return QSize(NARROWEST, self.fontMetrics().lineSpacing() + PADDING)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap anew at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._wrap()

    def _wrap(self) -> None:
        self.setText(broken(self._words, self.font(), self.width() - AROUND))
        self.updateGeometry()
