"""What Settings say of the passphrase, and the way to its window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.passphrase_window import LANE, PassphraseWindow
from securemail_desktop.gui.satellite import Satellite
from securemail_desktop.gui.session_port import SessionPort

ASKED, NOT_ASKED = "A passphrase is asked for", "No passphrase is asked for"


class PassphraseRow(QWidget):
    """A sentence and a button."""

    def __init__(self, session: SessionPort, look: Look, background: Background, parent: QWidget) -> None:
        """Find out whether one is set."""
        super().__init__(parent)
        self._session, self._look, self._background = session, look, background
        self._is_set = False
        self.state, self.button = QLabel(self), QPushButton("Set…", self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.button.setEnabled(False)
        self.window_of = Satellite(self._make, self)
        self.button.clicked.connect(self.window_of.show)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.state, 1)
        layout.addWidget(self.button)
        self.refresh()

    def refresh(self) -> None:
        """Ask anew; it may take a moment."""
        self._background.run(self, self._session.needs_passphrase, self._show, lambda error: self.state.setText(words.failure(error)), LANE)

    def _show(self, is_set: bool) -> None:
        self._is_set = is_set
        self.state.setText(ASKED if is_set else NOT_ASKED)
        self.button.setText("Chan&ge…" if is_set else "Set &passphrase…")
        self.button.setAccessibleName("Change the passphrase" if is_set else "Set a passphrase")
        self.button.setEnabled(True)

    def _make(self) -> PassphraseWindow:
        window = PassphraseWindow(self._session, self._look, self._background, is_set=self._is_set)
        window.changed.connect(self.refresh)
        return window
