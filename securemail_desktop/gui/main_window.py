"""The main window: folders at the side, the outbox, and one line of status. Its title holds nothing of any message."""

from datetime import timedelta

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import SMALLEST, ComposeWindow
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.outbox_page import OutboxPage
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.draft import Draft
from securemail_desktop.resources import ui_dir
from securemail_desktop.sending.state import Receipt, State

TITLE = "SecureMail"
RESUME_MS, REFRESH_MS = 60_000, 5_000
WIDE, SIDEBAR, NARROW_SIDEBAR = 560, 212, 92


class MainForm:
    """The widgets of `main.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    sidebar: QFrame
    newButton: QPushButton
    folders: QListWidget
    account: QLabel
    content: QWidget
    status: QFrame
    statusIcon: QLabel
    statusText: QLabel


class MainWindow(QWidget):
    """The window that stays; compose windows are its satellites and are closed before it."""

    def __init__(self, session: SessionPort, look: Look, background: Background, undo: timedelta) -> None:
        """Show the outbox and go on with what waits."""
        super().__init__(None)
        self._session, self._look, self._background, self._undo = session, look, background, undo
        self._composing: list[ComposeWindow] = []
        self._waiting, self._wide, self._leaving = 0, True, False
        self._notices: tuple[str, ...] = ()
        self.setWindowTitle(TITLE)
        self._form = load_form(MainForm, ui_dir() / "desktop" / "forms" / "main.ui", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form.root)
        self._outbox = OutboxPage(session, look, background, self)
        content = self._form.content.layout()
        if content is not None:
            content.addWidget(self._outbox)
        self._set_up()
        self.setMinimumSize(SMALLEST)
        self.resize(1080, 700)
        self._show_notices()
        self._outbox.refresh()
        self._outbox.resume()

    def compose(self, draft: Draft | None = None) -> ComposeWindow | None:
        """Open a window for a draft, or for a new message; None when there is no account yet."""
        if not self._session.accounts:
            self.tell("There is no mail account yet: add one with `securemail accounts add`.", Tone.CAUTION)
            return None
        window = ComposeWindow(self._session, draft or self._session.new_draft(), self._look, self._background, self._undo)
        window.sent.connect(self._sent)
        window.settled.connect(self._settled)
        window.outbox_wanted.connect(self._show_outbox)
        window.destroyed.connect(self._forget)
        self._composing.append(window)
        window.show()
        return window

    def new_message(self) -> None:
        """Open a window for a new message."""
        self.compose()

    def tell(self, text: str, tone: Tone = Tone.CALM) -> None:
        """Show a sentence in the status line and announce it; an empty one hides the line."""
        if words.visible(text) == self._form.statusText.text():
            return
        icons = {Tone.CALM: "info", Tone.GOOD: "check", Tone.CAUTION: "warning", Tone.DANGER: "warning"}
        self._form.statusText.setText(words.visible(text))
        self._look.mark(self._form.statusIcon, icons[tone], tone.value)
        restyle(self._form.status, "tone", tone.value)
        self._form.status.setVisible(bool(text))
        self._form.status.setAccessibleName(words.visible(text))
        QAccessible.updateAccessibility(QAccessibleEvent(self._form.status, QAccessible.Event.Alert))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close the compose windows first: one that would lose something asks, one that is sending is waited for."""
        asking = next((w for w in list(self._composing) if not w.close() and not w.is_sending()), None)
        self._leaving = asking is None
        if asking is not None:
            asking.raise_()
            asking.activateWindow()
            event.ignore()
        elif any(isValid(window) and window.is_sending() for window in self._composing):
            self.tell("A message is being sent. The window closes when that is done.")
            event.ignore()
        else:
            event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the icons of the sidebar where it is narrow."""
        super().resizeEvent(event)
        self._wide = event.size().width() >= WIDE
        self._form.account.setVisible(self._wide)
        self._form.newButton.setText("&New message" if self._wide else "")
        self._form.sidebar.setFixedWidth(SIDEBAR if self._wide else NARROW_SIDEBAR)
        self._name_folder()

    def _set_up(self) -> None:
        form = self._form
        self._folder = QListWidgetItem("Outbox")
        form.folders.addItem(self._folder)
        form.folders.setCurrentItem(self._folder)
        form.newButton.setAccessibleName("New message")
        form.newButton.clicked.connect(self.new_message)
        form.account.setText("\n".join(words.spec(account.address) for account in self._session.accounts))
        QShortcut(QKeySequence("Ctrl+N"), self, self.new_message)
        QShortcut(QKeySequence("F5"), self, self._outbox.resume)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close)
        self._outbox.told.connect(self.tell)
        self._outbox.reopened.connect(self.compose)
        self._outbox.counted.connect(self._count)
        self._outbox.resumed.connect(self._show_notices)
        self._outbox.resumed.connect(self._prepare)
        form.status.hide()
        self._look.changed.connect(self._dress)
        self._dress()
        for interval, act in ((RESUME_MS, self._outbox.resume), (REFRESH_MS, self._outbox.refresh)):
            timer = QTimer(self)
            timer.setInterval(interval)
            timer.timeout.connect(act)
            timer.start()

    def _dress(self) -> None:
        self._look.dress(self)
        self._folder.setIcon(self._look.icon("outbox", self._look.tones.ink))

    def _count(self, waiting: int) -> None:
        self._waiting = waiting
        self._name_folder()

    def _name_folder(self) -> None:
        count = f"({self._waiting})" if self._waiting else ""
        self._folder.setText(" ".join(filter(None, ["Outbox", count])) if self._wide else str(self._waiting or ""))
        needs = "1 message needs" if self._waiting == 1 else f"{self._waiting} messages need"
        self._folder.setData(
            Qt.ItemDataRole.AccessibleTextRole, f"Outbox: {needs} your decision" if self._waiting else "Outbox: nothing needs you"
        )

    def _sent(self, receipts: tuple[Receipt, ...]) -> None:
        done = {receipt.state for receipt in receipts} == {State.ACCEPTED}
        self.tell(words.result(receipts), Tone.GOOD if done else Tone.CAUTION)
        self._outbox.refresh()

    def _settled(self) -> None:
        if self._leaving:
            QTimer.singleShot(0, self, self.close)

    def _show_notices(self) -> None:
        notices = self._session.notices
        if notices != self._notices:
            self._notices = notices
            self.tell("\n".join(notices), Tone.CAUTION)

    def _prepare(self) -> None:
        self._background.run(self, self._session.prepare, lambda _: None, lambda _: None, "general")

    def _show_outbox(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()
        self._outbox.refresh()

    def _forget(self) -> None:
        self._composing = [window for window in self._composing if isValid(window)]
