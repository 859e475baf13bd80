"""The window of one account beside the main one: a further account, or changes to one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from securemail_desktop.accounts.settings import Account
from securemail_desktop.gui.account_page import AccountPage
from securemail_desktop.gui.accounts_port import AccountsPort
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.shortcut import shortcut

TITLE = "Account – SecureMail"
LEAST = 300


class AccountWindow(QWidget):
    """It deletes itself when it is closed; `saved` comes before that."""

    saved = Signal()

    def __init__(self, setup: AccountsPort, look: Look, background: Background, former: Account | None = None) -> None:
        """Show empty fields, or an account to be changed."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self.page = AccountPage(setup, look, background, self, former)
        self.page.leavable = True
        self.page.begin()
        self.page.saved.connect(self.saved)
        self.page.saved.connect(self.close)
        self.page.cancelled.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        look.dress(self)
        for key in ("Escape", "Ctrl+W"):
            shortcut(key, self, self.page.cancel)
        self.setMinimumSize(LEAST, LEAST)
        self.resize(620, 780 if former else 640)
        (self.page.form.name if former is None else self.page.form.password).setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End what is under way and forget the password."""
        self.page.forget()
        super().closeEvent(event)
