"""What stands where there is nothing to show: one icon, one sentence, and the way out as a button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look

ICON = 40


class StateView(QWidget):
    """Empty, loading, error: `pressed` is emitted by the one button, if there is one."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._look: Look | None = None
        self._icon, self._title, self._text = QLabel(self), QLabel(self), QLabel(self)
        self.button = QPushButton(self)
        for label, kind in ((self._title, "title"), (self._text, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("kind", kind)
            label.setWordWrap(True)
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._icon.setProperty("iconSize", ICON)
        self.button.setProperty("kind", "plain")
        self.button.clicked.connect(self.pressed)
        self._lay_out()

    def set_up(self, look: Look) -> None:
        """Draw icons with the look."""
        self._look = look

    @property
    def title(self) -> str:
        """Return the sentence that is shown."""
        return self._title.text()

    def say(self, icon: str, tone: str, title: str, text: str = "", button: str = "") -> None:
        """Show a state; the tone is one of `Tone` or `muted`."""
        if self._look:
            self._look.mark(self._icon, icon, tone)
        self._title.setText(words.visible(title))
        self._text.setText(words.visible(text))
        self._text.setVisible(bool(text))
        self.button.setText(words.button(button))
        self.button.setAccessibleName(words.visible(button))
        self.button.setVisible(bool(button))
        self.setAccessibleName(words.visible(f"{title} {text}".strip()))
        if button:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 64)
        layout.setSpacing(10)
        layout.addStretch(1)
        for label in (self._icon, self._title, self._text):
            layout.addWidget(label)
        layout.addLayout(row)
        layout.addStretch(1)
