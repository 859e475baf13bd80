"""The fields of one mail server: its name, port, encryption, and who signs in. There is no field for a line without encryption."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.gui.still_box import StillBox

ENCRYPTIONS = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS"}
_HIGHEST = 65535


class ServerFields(QWidget):
    """`edited` follows what a person types or chooses, not what `show_server` shows."""

    edited = Signal()

    def __init__(self, purpose: str, ports: dict[Security, int], parent: QWidget) -> None:
        """Make them empty; `purpose` is what a screen reader adds to each field, `ports` are the usual ones."""
        super().__init__(parent)
        self._ports, self._shown = ports, Server("", ports[Security.TLS], Security.TLS, "")
        self.host, self.port, self.security, self.user = QLineEdit(self), QLineEdit(self), StillBox(self), QLineEdit(self)
        self._set_up(purpose)
        self._lay_out()
        self.show_server(None)

    def show_server(self, server: Server | None) -> None:
        """Show a server, or empty fields."""
        self._shown = server or Server("", self._ports[Security.TLS], Security.TLS, "")
        self.host.setText(self._shown.host)
        self.port.setText(str(self._shown.port))
        self.security.setCurrentIndex(list(ENCRYPTIONS).index(self._shown.security))
        self.user.setText(self._shown.user)
        for field in (self.host, self.user):
            field.setCursorPosition(0)

    def server(self, user: str) -> Server | None:
        """Return the server as it stands in the fields, None for an empty name; `user` signs in where the field is empty."""
        host = self.host.text().strip().lower()
        if not host:
            return None
        security = list(ENCRYPTIONS)[self.security.currentIndex()]
        port = int(self.port.text() or self._ports[security])
        address = self._shown.address if host == self._shown.host else ""
        return replace(self._shown, host=host, port=port, security=security, user=self.user.text().strip() or user, address=address)

    def problem(self) -> str:
        """Return what is wrong with the fields, or an empty text."""
        host = self.host.text().strip()
        if any(letter.isspace() or letter in "/:@" for letter in host):
            return f"“{host}” is not the name of a server: it looks like mail.clinic.example."
        if self.port.text() and not 0 < int(self.port.text()) <= _HIGHEST:
            return f"The port of {host} must be a number from 1 to {_HIGHEST}."
        return ""

    def _set_up(self, purpose: str) -> None:
        self.port.setValidator(QIntValidator(0, 99_999, self))
        self.security.addItems(list(ENCRYPTIONS.values()))
        for field, name in ((self.host, "Server"), (self.port, "Port"), (self.user, "User name")):
            field.setProperty("kind", "field")
            field.setAccessibleName(f"{name} {purpose}")
            field.textEdited.connect(self.edited)
        self.security.setAccessibleName(f"Encryption of the server {purpose}")
        self.security.activated.connect(self._take_usual_port)
        self.user.setPlaceholderText("Your address, if left empty")

    def _take_usual_port(self, row: int) -> None:
        chosen = list(ENCRYPTIONS)[row]
        if self.port.text() in {str(port) for security, port in self._ports.items() if security is not chosen}:
            self.port.setText(str(self._ports[chosen]))
        self.edited.emit()

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(8)
        self.host.setMinimumWidth(self.host.fontMetrics().averageCharWidth() * 14)  # where that is too much the row is wrapped
        place.addWidget(self.host, 1)
        label = QLabel("Port", self)
        label.setProperty("kind", "muted")
        place.addWidget(label)
        self.port.setFixedWidth(self.port.fontMetrics().horizontalAdvance("000000") + 26)
        place.addWidget(self.port)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        layout.setHorizontalSpacing(14)
        layout.addRow("Server", place)
        layout.addRow("Encryption", self.security)
        layout.addRow("User name", self.user)
