"""The signature of each own address: plain text, kept while it is typed."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.fitting_box import FittingBox
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.message.address import Address
from securemail_desktop.store.errors import StoreError

SETTLE_MS = 400
LONGEST = 1000  # characters
LINES = 4


class SignatureField(QWidget):
    """`failed` carries the error where it could not be kept."""

    failed = Signal(object)

    def __init__(self, session: SessionPort, parent: QWidget) -> None:
        """Show the signature of the first address."""
        super().__init__(parent)
        self._session, self._preferences = session, session.preferences
        self._own: tuple[Address, ...] = ()
        self.addresses, self.text = FittingBox(self), QPlainTextEdit(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._shown = -1
        self._set_up()
        self.refresh()

    def refresh(self) -> None:
        """Show the signature of the first of the addresses that the user has now."""
        self.keep()
        self._shown = -1
        self._own = tuple(account.address for account in self._session.accounts)
        self.addresses.clear()
        self.addresses.addItems([words.spec(address) for address in self._own])
        self.addresses.setVisible(len(self._own) > 1)
        self.text.setEnabled(bool(self._own))
        self._show(0)

    def keep(self) -> None:
        """Keep what is typed."""
        self._settle.stop()
        if not 0 <= self._shown < len(self._own):
            return
        sender, text = self._own[self._shown], self.text.toPlainText()[:LONGEST]
        try:
            if text != self._preferences.signature(sender):
                self._preferences.set_signature(sender, text)
        except StoreError as error:
            self.failed.emit(error)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._own):
            self.keep()
            self._shown = -1  # what is shown now is not typed
            self.text.setPlainText(self._preferences.signature(self._own[row]))
            self._shown = row

    def _touch(self) -> None:
        if self._shown >= 0:
            self._settle.start()

    def _set_up(self) -> None:
        self.addresses.setAccessibleName("Address of the signature")
        self.addresses.activated.connect(self._show)
        self.text.setProperty("kind", "field")
        self.text.setAccessibleName("Signature")
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText("Name, role, telephone")
        self.text.setFixedHeight((LINES + 1) * self.text.fontMetrics().lineSpacing() + 12)
        self.text.textChanged.connect(self._touch)
        self._settle.timeout.connect(self.keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.addresses)
        layout.addWidget(self.text)
