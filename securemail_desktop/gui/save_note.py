"""Says whether the draft is kept: quietly beside the buttons, in the bar when it could not be."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from securemail_desktop.gui import words
from securemail_desktop.gui.autosave import Autosave
from securemail_desktop.gui.doubts import Doubts
from securemail_desktop.gui.look import restyle
from securemail_desktop.gui.tones import Tone

SAVED, NOT_SAVED = "Saved", "Not saved"


class SaveNote(QObject):
    """The note of one window. It is spoken politely, and only when it is news: the first time, and after a failure.

    `said` follows when it is another one.
    """

    said = Signal()

    def __init__(self, label: QLabel, view: Doubts, autosave: Autosave, parent: QObject) -> None:
        """Write into the label and the view's bar."""
        super().__init__(parent)
        self._label, self._view = label, view
        self._is_news = True
        autosave.saved.connect(self._saved)
        autosave.failed.connect(self._failed)

    def clear(self) -> None:
        """Say nothing of a draft that has changed; that it could not be saved stays."""
        if isValid(self._label) and self._label.text() == SAVED:  # a window that is torn down changes its fields once more
            self._say("")

    def _saved(self) -> None:
        self._view.trouble("saving", "")
        self._say(SAVED)
        if self._is_news:
            self._is_news = False
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._label, SAVED))

    def _failed(self, error: Exception) -> None:
        self._is_news = True
        self._say(NOT_SAVED)
        self._view.trouble("saving", f"The draft could not be saved, so keep this window open. {words.failure(error)}")

    def _say(self, text: str) -> None:
        self._label.setText(text)
        restyle(self._label, "tone", Tone.DANGER.value if text == NOT_SAVED else Tone.CALM.value)
        self.said.emit()
