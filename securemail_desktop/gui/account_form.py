"""The widgets of one account: who one is, the password, what was found, and the servers, which are shown before they are used."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from securemail_desktop.accounts.settings import Security
from securemail_desktop.gui.authority_field import AuthorityField
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.server_fields import ServerFields

WIDEST = 540
ICON = 36
_READING = {Security.TLS: 993, Security.STARTTLS: 143}
_SENDING = {Security.TLS: 465, Security.STARTTLS: 587}


class AccountForm(QScrollArea):
    """The widgets, laid out; `gui.account_page` gives them life."""

    def __init__(self, parent: QWidget) -> None:
        """Make them empty."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._page = QWidget()
        self._page.setObjectName("accountPage")
        self.icon, self.title, self.about = QLabel(), _text("title"), _text("muted")
        self.name, self.address, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.problem, self.found = _text("problem"), _text("plain")
        self.known = QCheckBox("I &know this server: my mail is there")
        self.settings = QPushButton("Server &settings")
        self.servers = QWidget()
        self.reading = ServerFields("that mail is read from", _READING, self.servers)
        self.sending = ServerFields("that mail is sent by", _SENDING, self.servers)
        self.authority = AuthorityField(self.servers)
        self.bar, self.doing = QProgressBar(), _text("muted")
        self.go, self.cancel = QPushButton(), QPushButton("&Cancel")
        self._dress()
        self._lay_out()
        self.setWidget(self._page)

    def set_up(self, look: Look) -> None:
        """Draw the icon with the look."""
        look.mark(self.icon, "envelope", "accent")

    def _dress(self) -> None:
        self.icon.setProperty("iconSize", ICON)
        self.problem.setObjectName("fieldProblem")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field, name in ((self.name, "Your name"), (self.address, "Mail address"), (self.password, "Password")):
            field.setProperty("kind", "field")
            field.setAccessibleName(name)
        self.name.setPlaceholderText("As recipients see it")
        self.address.setPlaceholderText("name@clinic.example")
        self.settings.setProperty("kind", "link")
        self.settings.setCheckable(True)
        self.settings.toggled.connect(self.servers.setVisible)
        self.servers.hide()
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Under way")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _lay_out(self) -> None:
        column = QWidget(self._page)
        column.setMaximumWidth(WIDEST)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        _stack(layout, self.icon, self.title, self.about)
        layout.addSpacing(8)
        layout.addLayout(self._identity())
        _stack(layout, self.problem, self.found, self.known)
        layout.addWidget(self.settings, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.servers)
        self._lay_out_servers()
        layout.addSpacing(6)
        _stack(layout, self.bar, self.doing, self._buttons(column))
        page = QGridLayout(self._page)
        page.setContentsMargins(24, 24, 24, 24)
        page.setRowStretch(0, 1)
        page.setRowStretch(2, 2)
        page.setColumnStretch(0, 1)
        page.setColumnStretch(1, 100)
        page.setColumnStretch(2, 1)
        page.addWidget(column, 1, 1)

    def _identity(self) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(4)
        for label, field in (("Your &name", self.name), ("Mail &address", self.address), ("&Password", self.password)):
            shown = _text("fieldLabel", label)
            shown.setBuddy(field)
            layout.addWidget(shown)
            layout.addWidget(field)
        return layout

    def _lay_out_servers(self) -> None:
        layout = QVBoxLayout(self.servers)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for title, fields in (("Mail is read from", self.reading), ("Mail is sent by", self.sending)):
            layout.addWidget(_text("section", title))
            layout.addWidget(fields)
        layout.addWidget(_text("section", "Your organisation’s own authority"))
        layout.addWidget(self.authority)

    def _buttons(self, parent: QWidget) -> QWidget:
        holder = QWidget(parent)
        layout = FlowLayout(holder)
        layout.addWidget(self.go)
        layout.addWidget(self.cancel)
        return holder


def _stack(layout: QVBoxLayout, *widgets: QWidget) -> None:
    for widget in widgets:
        layout.addWidget(widget)


def _text(kind: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label
