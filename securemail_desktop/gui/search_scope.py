"""How far the search goes: the open folder, or all folders of all accounts, which their servers are asked about too.

A server reads the text of ordinary messages; what is inside of a protected one it cannot read, and neither is it kept here. That is said.
"""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.mail_port import MailPort

ASK_MS = 600  # after the last letter: no server is asked for half a word
LANE = "searching"
HONEST = "Protected messages are found by sender, recipients and subject only."
ELSEWHERE, HERE = "Search &all folders", "Search this &folder only"
LEAST = 2  # letters that a server is asked for


class SearchScope(QWidget):
    """`changed` follows when the search goes further or less far, `found` when servers have answered."""

    changed = Signal()
    found = Signal()

    def __init__(self, mail: MailPort, background: Background, parent: QWidget) -> None:
        """Search the open folder, without a word while nothing is searched for."""
        super().__init__(parent)
        self._mail, self._background = mail, background
        self._words, self._turn = "", 0
        self.everywhere = False
        self.button, self.told = QPushButton(ELSEWHERE, self), QLabel(self)
        self.button.setProperty("kind", "link")
        self.button.clicked.connect(self.turn)
        self.told.setProperty("kind", "muted")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 8)
        layout.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.told)
        self._pause = QTimer(self, singleShot=True, interval=ASK_MS)
        self._pause.timeout.connect(self._ask)
        self._show()

    @property
    def name(self) -> str:
        """Return what the search field is called."""
        return "Search all folders" if self.everywhere else "Search this folder"

    @property
    def in_vain(self) -> str:
        """Return where was looked when nothing was found: who knows only the list reads no more into it."""
        place = "was found in no folder" if self.everywhere else "is in no sender, recipient or subject of this folder"
        return f"“{self._words}” {place}."

    def turn(self) -> None:
        """Search all folders, or the open one again."""
        self.everywhere = not self.everywhere
        self.changed.emit()

    def rest(self) -> None:
        """Search the open folder only: another one was opened."""
        self.everywhere = False
        self.take("")

    def take(self, text: str) -> None:
        """Search for these words from now on, as far as it goes; none end the search, and how far it goes stays for the next one."""
        self._turn += 1
        self._words = text
        self._pause.stop()
        self._show()
        if self.everywhere and len(text) >= LEAST:
            self._show("Looking on the servers too…")
            self._pause.start()

    def _ask(self) -> None:
        turn = self._turn
        work = partial(self._mail.search, self._words, lambda: turn == self._turn and not self._background.is_closed)
        self._background.run(self, work, lambda _: self._answered(turn, ""), lambda error: self._answered(turn, words.failure(error)), LANE)

    def _answered(self, turn: int, problem: str) -> None:
        if turn == self._turn:
            self._show(f"Not all servers were searched: {problem}" if problem else "")
            self.found.emit()

    def _show(self, state: str = "") -> None:
        self.setVisible(bool(self._words))
        self.button.setText(HERE if self.everywhere else ELSEWHERE)
        self.button.setAccessibleName(self.button.text().replace("&", ""))
        self.told.setText(f"{HONEST} {words.visible(state)}".strip() if self.everywhere else "")
        self.told.setAccessibleName(self.told.text())
        self.told.setVisible(self.everywhere)
