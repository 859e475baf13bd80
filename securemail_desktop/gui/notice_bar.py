"""The one bar of the compose window: the worst thing that deserves a look before Send, with buttons that repair it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.tones import Tone


class NoticeBar(QFrame):
    """A sentence and its buttons; `chosen` is emitted with the value of the button."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden and empty."""
        super().__init__(parent)
        self._look: Look | None = None
        self._shown: tuple[str, ...] = ()
        self._icon, self._text, self._more = QLabel(self), QLabel(self), QLabel(self)
        self._buttons = QWidget(self)
        self._flow = FlowLayout(self._buttons)
        for label in (self._text, self._more):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._more.setObjectName("barMore")
        self._lay_out()
        self.hide()

    def set_up(self, look: Look) -> None:
        """Draw icons with the look."""
        self._look = look

    def say(self, text: str, choices: Sequence[tuple[str, str]], more: int = 0, tone: Tone = Tone.CAUTION) -> None:
        """Show a sentence with (label, value) buttons, repairing ones first; nothing moves when it is shown already."""
        shown = (text, str(more), *(label for label, _ in choices))
        if shown == self._shown:
            return
        self._shown = shown
        had_focus = any(button.hasFocus() for button in self._buttons.findChildren(QPushButton))
        self._text.setText(words.visible(text))
        self._more.setText(f"and {more} more" if more else "")
        self._more.setVisible(bool(more))
        restyle(self, "tone", tone.value)
        self._fill(choices)
        if self._look:
            self._look.mark(self._icon, "warning" if tone in {Tone.CAUTION, Tone.DANGER} else "info", tone.value)
        self.setAccessibleName(words.visible(text))
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if had_focus and self._flow.count():
            self._buttons.findChildren(QPushButton)[-len(choices)].setFocus()

    def clear(self) -> None:
        """Hide the bar."""
        self._shown = ()
        self.hide()

    def _fill(self, choices: Sequence[tuple[str, str]]) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        for label, value in choices:
            button = QPushButton(words.button(label), self._buttons)
            button.setObjectName("barButton")
            button.setProperty("kind", "quiet" if value in {"keep", "dismiss"} else "plain")
            button.setAccessibleName(words.visible(label))
            button.setAccessibleDescription(self._text.text())
            button.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._flow.addWidget(button)
            button.show()
        self._buttons.setVisible(bool(choices))

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self._text, 1)
        first.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        second = QHBoxLayout()
        second.setContentsMargins(30, 0, 0, 0)
        second.addWidget(self._buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(first)
        layout.addLayout(second)
