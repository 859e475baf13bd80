"""What a locked window shows: that it is locked, how many messages still go, and the way in. Nothing of any message."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look

TITLE = "SecureMail is locked"
ICON, FIELD = 40, 320


class LockPage(QWidget):
    """The calm page; `unlock_wanted` carries what was typed as the passphrase, empty where there is none."""

    unlock_wanted = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self._look = look
        self._icon, self._title, self._going, self._problem = QLabel(self), QLabel(TITLE, self), QLabel(self), QLabel(self)
        self.passphrase = QLineEdit(self)
        self.button = QPushButton("&Unlock", self)
        self._dress()
        self._lay_out()
        self.button.clicked.connect(self._press)
        self.passphrase.returnPressed.connect(self._press)
        self.hide()

    def begin(self, *, closing: bool, needs_passphrase: bool) -> None:
        """Show the page; `closing` while the lock is not finished, so that nobody can unlock before."""
        self._say("")
        self.passphrase.clear()
        self.passphrase.setVisible(needs_passphrase)
        self.button.setEnabled(not closing)
        self.show()
        if closing:
            self.setFocus()
        else:
            (self.passphrase if needs_passphrase else self.button).setFocus()
        self.setAccessibleName(f"{TITLE}. {self._going.text()}".strip())
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def wait(self) -> None:
        """Show that it is being unlocked."""
        self._say("")
        self.button.setEnabled(False)

    def fail(self, problem: str) -> None:
        """Say why it stays locked."""
        self._say(problem)
        self.button.setEnabled(True)
        self.passphrase.selectAll()
        (self.passphrase if self.passphrase.isVisible() else self.button).setFocus()

    def count(self, under_way: int) -> None:
        """Say how many messages are still being sent."""
        noun = "1 message is" if under_way == 1 else f"{under_way} messages are"
        self._going.setText(f"{noun} still being sent." if under_way else "")
        self._going.setVisible(bool(under_way))

    def _press(self) -> None:
        if self.button.isEnabled():
            typed = self.passphrase.text()
            self.passphrase.clear()
            self.unlock_wanted.emit(typed)

    def _say(self, problem: str) -> None:
        self._problem.setText(words.visible(problem))
        self._problem.setVisible(bool(problem))
        if problem:
            self._problem.setAccessibleName(words.visible(problem))
            QAccessible.updateAccessibility(QAccessibleEvent(self._problem, QAccessible.Event.Alert))

    def _dress(self) -> None:
        self._icon.setProperty("iconSize", ICON)
        self._look.mark(self._icon, "lock", "muted")
        for label, kind in ((self._title, "title"), (self._going, "muted"), (self._problem, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("kind", kind)
            label.setWordWrap(True)
        self._problem.setObjectName("fieldProblem")
        for label in (self._icon, self._title, self._going, self._problem):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setProperty("kind", "field")
        self.passphrase.setMaximumWidth(FIELD)
        self.passphrase.setMinimumWidth(FIELD // 2)
        self.passphrase.setPlaceholderText("Passphrase")
        self.passphrase.setAccessibleName("Passphrase")
        self.button.setProperty("kind", "primary")
        self.button.setAccessibleName("Unlock")
        self.button.setAutoDefault(True)  # or Return would not press it outside a dialog
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # by `begin` as well, but Tab goes to what can be used

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 64)
        layout.setSpacing(12)
        layout.addStretch(1)
        for label in (self._icon, self._title, self._going, self._problem):
            layout.addWidget(label)
        for control in (self.passphrase, self.button):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(control, 2 if control is self.passphrase else 0)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addStretch(1)
