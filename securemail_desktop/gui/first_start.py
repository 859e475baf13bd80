"""What the main window shows while there is no account: one page on which it is set up, in place of everything else."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.session_port import SessionPort

if TYPE_CHECKING:
    from securemail_desktop.gui.account_page import AccountPage


class FirstStart(QObject):
    """`done` follows when the first account is kept."""

    done = Signal()

    def __init__(self, session: SessionPort, look: Look, background: Background, usual: QWidget, layout: QVBoxLayout) -> None:
        """Stand in for the `usual` content of the window where that is needed."""
        super().__init__(usual.window())
        self._session, self._look, self._background, self._usual, self._layout = session, look, background, usual, layout
        self.page: AccountPage | None = None
        self.update()

    def update(self) -> None:
        """Show the page, or the usual content, by whether there is an account."""
        if self._session.accounts:
            if self.page is not None:
                self.page.hide()
                self.page.deleteLater()
                self.page = None
            self._usual.show()
        elif self.page is None:
            from securemail_desktop.gui.account_page import AccountPage  # noqa: PLC0415 - only the very first start needs it

            self._usual.hide()
            self.page = AccountPage(self._session.setup, self._look, self._background, self._usual.window())
            self.page.saved.connect(self.done)
            self._layout.addWidget(self.page)
            self._look.dress(self.page)
            self.page.show()
            self.page.form.name.setFocus()

    def forget(self) -> None:
        """Drop the password and whatever is under way: the window locks."""
        if self.page is not None:
            self.page.forget()
