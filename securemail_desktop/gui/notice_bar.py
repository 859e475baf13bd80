"""The one bar of the compose window: the worst thing that deserves a look before Send, with buttons that repair it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.fitting_button import FittingButton
from securemail_desktop.gui.flow_layout import FlowLayout, follow_reading_order
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.marked_label import NO_PART, MarkedLabel
from securemail_desktop.gui.tones import Tone

REPAIR_KEY = "F4"
DISMISS, DISMISS_KEY = "dismiss", "Esc"
QUIET = frozenset({"keep", "keep-on", DISMISS, "report"})


@dataclass(frozen=True, slots=True)
class _Notice:
    """What is shown."""

    text: str
    choices: tuple[tuple[str, str], ...]
    more: int
    tone: Tone
    repair: bool


class NoticeBar(QFrame):
    """A sentence and its buttons; `chosen` is emitted with the value of the button."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden and empty."""
        super().__init__(parent)
        self._look: Look | None = None
        self._shown: _Notice | None = None
        self._since = QElapsedTimer()
        self._icon, self._text, self._more = QLabel(self), MarkedLabel(self), QLabel(self)
        self._buttons = QWidget(self)
        self._flow = FlowLayout(self._buttons)
        self._more.setTextFormat(Qt.TextFormat.PlainText)
        self._more.setObjectName("barMore")
        self._lay_out()
        self.hide()

    def set_up(self, look: Look) -> None:
        """Draw icons with the look."""
        self._look = look

    def say(self, text: str, choices: Sequence[tuple[str, str]], more: int = 0, tone: Tone = Tone.CAUTION, *, repair: bool = False) -> None:
        """Show a sentence with (label, value) buttons; nothing moves when it is shown already. `repair`: the first one repairs what is said."""
        notice = _Notice(text, tuple(choices), more, tone, repair)
        if notice != self._shown:
            self._show(notice)

    def clear(self) -> None:
        """Hide the bar."""
        self._shown = None
        self.hide()

    def shown_ms(self) -> int:
        """Return for how long the sentence has been there in milliseconds."""
        return self._since.elapsed() if self._shown else 0

    def press_repair(self) -> bool:
        """Press the button that repairs; return False where there is none."""
        if self._shown is None or not self._shown.repair or not self.isVisible():
            return False
        self._visible_buttons()[0].click()
        return True

    def dismiss(self) -> None:
        """Press the button that only takes the sentence away, where there is one."""
        if self._shown is not None and DISMISS in {value for _, value in self._shown.choices}:
            self.chosen.emit(DISMISS)

    def has_keyboard(self) -> bool:
        """Tell whether one of its buttons has the focus."""
        return any(button.hasFocus() for button in self._visible_buttons())

    def _show(self, notice: _Notice) -> None:
        self._shown = notice
        self._since.start()
        had_focus = self.has_keyboard()
        self._text.show_text(words.visible(notice.text), NO_PART, "")
        self._more.setText(f"and {notice.more} more" if notice.more else "")
        self._more.setVisible(bool(notice.more))
        restyle(self, "tone", notice.tone.value)
        self._fill(notice)
        if self._look:
            self._look.mark(self._icon, "warning" if notice.tone in {Tone.CAUTION, Tone.DANGER} else "info", notice.tone.value)
        self.setAccessibleName(words.visible(notice.text))
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if had_focus:
            for button in self._visible_buttons()[:1]:
                button.setFocus()

    def _visible_buttons(self) -> list[QPushButton]:
        return [button for button in self._buttons.findChildren(QPushButton) if not button.isHidden()]

    def _fill(self, notice: _Notice) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        for label, value in notice.choices:
            button = FittingButton(words.button(label), self._buttons)
            button.setObjectName("barButton")
            button.setProperty("kind", "quiet" if value in QUIET else "plain")
            button.setAccessibleName(words.visible(label))
            button.setAccessibleDescription(self._text.text())
            key = DISMISS_KEY if value == DISMISS else REPAIR_KEY if notice.repair and not self._flow.count() else ""
            button.setToolTip(words.tooltip(f"{label} ({key})") if key else "")
            button.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._flow.addWidget(button)
            button.show()
        follow_reading_order(self._buttons)
        self._buttons.setVisible(bool(notice.choices))

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
