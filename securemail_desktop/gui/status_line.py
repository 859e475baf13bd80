"""The one line of status beneath the window: a sentence with its tone, and the way back where there is one.

What went well and asks for nothing goes by itself, but not before the window was in front for that long.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.timer import timer
from securemail_desktop.gui.tones import Tone

LASTS_MS = 30_000
_ICONS = {Tone.CALM: "info", Tone.GOOD: "check", Tone.CAUTION: "warning", Tone.DANGER: "warning"}


class StatusLine(QObject):
    """The widgets are those of the window's form."""

    def __init__(self, frame: QFrame, icon: QLabel, text: QLabel, button: QPushButton, look: Look) -> None:
        """Start hidden."""
        super().__init__(frame)
        self._frame, self._icon, self._text, self._button, self._look = frame, icon, text, button, look
        self._back: Callable[[], None] | None = None
        button.clicked.connect(self._take_back)
        self._passing = timer(self, LASTS_MS, self._pass, once=True)
        frame.hide()

    def tell(self, text: str, tone: Tone = Tone.CALM, back: Callable[[], None] | None = None) -> None:
        """Show a sentence and announce it; an empty one hides the line. `back` undoes what the sentence tells."""
        self._back = back
        self._button.setVisible(back is not None)
        self._passing.stop()
        if text and back is None and tone is Tone.GOOD:
            self._passing.start()
        if words.visible(text) == self._text.text() and self._frame.isVisible():
            return
        self._text.setText(words.visible(text))
        self._look.mark(self._icon, _ICONS[tone], tone.value)
        restyle(self._frame, "tone", tone.value)
        self._frame.setVisible(bool(text))
        self._frame.setAccessibleName(words.visible(text))
        QAccessible.updateAccessibility(QAccessibleEvent(self._frame, QAccessible.Event.Alert))

    def _pass(self) -> None:
        if self._frame.window().isActiveWindow():
            self._frame.hide()
        else:
            self._passing.start()

    def _take_back(self) -> None:
        back, self._back = self._back, None
        self._button.hide()
        if back is not None:
            back()
