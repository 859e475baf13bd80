"""The accounts in Settings: added, changed, made the default one, removed. Removing asks, and says what is lost."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.accounts.settings import Account
from securemail_desktop.gui import words
from securemail_desktop.gui.account_window import AccountWindow
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.satellite import Satellite
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.message.address import format_address

LANE = "setup"
MOST_ROWS = 4


class AccountsList(QWidget):
    """`changed` follows each change."""

    changed = Signal()

    def __init__(self, session: SessionPort, look: Look, background: Background, host: QWidget) -> None:
        """Show the accounts, the default one first; questions are asked over the whole `host`."""
        super().__init__(host)
        self._session, self._look, self._background = session, look, background
        self._former: Account | None = None
        self.entries = QListWidget(self)
        self.more, self.change, self.remove = QPushButton("A&dd…", self), QPushButton("&Change…", self), QPushButton("Re&move…", self)
        self.prefer = QPushButton("Make de&fault", self)
        self.told = QLabel(self)
        self.sheet = Sheet(host, look)
        self.window_of = Satellite(self._make_window, self)
        self._set_up()
        self.refresh()

    def refresh(self) -> None:
        """Show the accounts as they are now."""
        row = self.entries.currentRow()
        self.entries.clear()
        for account in self._session.accounts:
            first = "" if self.entries.count() or len(self._session.accounts) == 1 else " · default"
            self.entries.addItem(f"{words.spec(account.address)}{first}")
            self.entries.item(self.entries.count() - 1).setToolTip(words.tooltip(format_address(account.address)))
        self.entries.setCurrentRow(min(max(row, 0), self.entries.count() - 1))
        for button in (self.change, self.remove):
            button.setVisible(bool(self.entries.count()))
        self.prefer.setVisible(self.entries.count() > 1)
        rows = max(1, min(self.entries.count(), MOST_ROWS))
        self.entries.setFixedHeight(rows * (self.entries.fontMetrics().lineSpacing() + 20) + 12)

    def _set_up(self) -> None:
        self.entries.setAccessibleName("Accounts")
        self.entries.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.entries.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for button, name in (
            (self.more, "Add an account"),
            (self.change, "Change the account"),
            (self.prefer, "Make the account the default one"),
            (self.remove, "Remove the account"),
        ):
            button.setAccessibleName(name)
        self.prefer.setToolTip(words.tooltip("New messages are written from the first account of the list"))
        self.more.clicked.connect(partial(self._open, None))
        self.change.clicked.connect(self._change)
        self.prefer.clicked.connect(self._prefer)
        self.remove.clicked.connect(self._ask)
        self.entries.currentRowChanged.connect(lambda row: self.prefer.setEnabled(row > 0))
        self.entries.itemActivated.connect(lambda _: self._change())
        shortcut("Del", self.entries, self._ask)
        self.sheet.chosen.connect(self._chosen)
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        for button in (self.more, self.change, self.prefer, self.remove):
            flow.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.entries)
        layout.addWidget(buttons)
        self.told.setObjectName("fieldProblem")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.hide()
        layout.addWidget(self.told)

    def _say(self, text: str) -> None:
        self.told.setText(words.visible(text))
        self.told.setAccessibleName(words.visible(text))
        self.told.setVisible(bool(text))

    def _current(self) -> Account | None:
        row, accounts = self.entries.currentRow(), self._session.accounts
        return accounts[row] if 0 <= row < len(accounts) else None

    def _change(self) -> None:
        if account := self._current():
            self._open(account)

    def _open(self, former: Account | None) -> None:
        if former != self._former:
            self.window_of.close()
        self._former = former
        self.window_of.show()

    def _make_window(self) -> AccountWindow:
        window = AccountWindow(self._session.setup, self._look, self._background, self._former)
        window.saved.connect(self._changed)
        return window

    def _ask(self) -> None:
        account = self._current()
        if account is None:
            return
        self._former = account
        text = (
            "Its password and what this computer keeps of its mail are deleted. The mail on the server stays."
            " Drafts stay here and can be sent from another account."
        )
        remove = Choice("Remove the account", "remove", safe=False)
        self.sheet.ask(Question(f"Remove {words.spec(account.address)}?", text, (remove,), "Keep it", "question"))

    def _chosen(self, chosen: Chosen) -> None:
        account = self._former
        if chosen.value == "remove" and account is not None:
            self._run(partial(self._session.setup.remove, account.name))

    def _prefer(self) -> None:
        if account := self._current():
            self.entries.setCurrentRow(0)  # where it stands afterwards
            self._run(partial(self._session.setup.make_default, account.name))

    def _run(self, work: Callable[[], None]) -> None:
        self._background.run(self, work, lambda _: self._changed(), lambda error: self._say(words.failure(error)), LANE)

    def _changed(self) -> None:
        self._say("")
        self.refresh()
        self.changed.emit()
