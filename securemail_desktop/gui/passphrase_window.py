"""The passphrase that opens the mail of this computer: set, changed, or no longer asked for. Nothing typed here is kept in the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCloseEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.store.passphrase import SHORTEST

TITLE = "Passphrase – SecureMail"
ABOUT = "It is asked for at the start and when the window is unlocked. Nobody can open your mail on this computer without it: keep it safe."
LANE = "lock"


class PassphraseWindow(QWidget):
    """It deletes itself when it is closed; `changed` comes before that."""

    changed = Signal()

    def __init__(self, session: SessionPort, look: Look, background: Background, *, is_set: bool) -> None:
        """Ask for the former one where one `is_set`."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self._session, self._background, self._is_set = session, background, is_set
        self.former, self.new, self.again = (_field(name) for name in ("Passphrase now", "New passphrase", "New passphrase once more"))
        self.problem = QLabel()
        self.save, self.stop, self.cancel = QPushButton("&Save"), QPushButton("Stop &asking"), QPushButton("&Cancel")
        self._lay_out()
        self._connect()
        look.dress(self)
        self.resize(460, 300)
        (self.former if is_set else self.new).setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Forget what was typed."""
        self._forget()
        super().closeEvent(event)

    def keep(self) -> None:
        """Set the passphrase that was typed twice."""
        new, again = self.new.text(), self.again.text()
        if len(new) < SHORTEST:
            self._tell(f"Choose at least {SHORTEST} characters; several words are best.")
        elif new != again:
            self._tell("The two passphrases differ.")
        else:
            self._run(lambda former: self._session.set_passphrase(former, new))

    def _remove(self) -> None:
        self._run(lambda former: self._session.set_passphrase(former, ""))

    def _run(self, act: Callable[[str], None]) -> None:
        former = self.former.text()
        self._tell("")
        for button in (self.save, self.stop):
            button.setEnabled(False)
        self._background.run(self, lambda: act(former), lambda _: self._done(), self._failed, LANE)

    def _done(self) -> None:
        self._forget()
        self.changed.emit()
        self.close()

    def _failed(self, error: Exception) -> None:
        for button in (self.save, self.stop):
            button.setEnabled(True)
        self._tell(f"Nothing was changed. {words.failure(error)}")
        self.former.selectAll()
        (self.former if self._is_set else self.new).setFocus()

    def _forget(self) -> None:
        for field in (self.former, self.new, self.again):
            field.clear()

    def _tell(self, text: str) -> None:
        self.problem.setText(words.visible(text))
        self.problem.setAccessibleName(words.visible(text))
        self.problem.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleEvent(self.problem, QAccessible.Event.Alert))

    def _connect(self) -> None:
        self.save.clicked.connect(self.keep)
        self.stop.clicked.connect(self._remove)
        self.cancel.clicked.connect(self.close)
        for field in (self.former, self.new, self.again):
            field.returnPressed.connect(self.keep)
        for key in ("Escape", "Ctrl+W"):
            shortcut(key, self, self.close)

    def _lay_out(self) -> None:
        about = QLabel(ABOUT)
        about.setProperty("kind", "muted")
        self.problem.setObjectName("fieldProblem")
        for label in (about, self.problem):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.problem.hide()
        self.save.setProperty("kind", "primary")
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        if self._is_set:
            form.addRow("Now", self.former)
        form.addRow("New", self.new)
        form.addRow("Once more", self.again)
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        for button in (self.save, *((self.stop,) if self._is_set else ()), self.cancel):
            flow.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        layout.addStretch(1)


def _field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setProperty("kind", "field")
    field.setAccessibleName(name)
    return field
