"""Settings: how the window looks, what the organisation has fixed and why, and decisions about recipients that can be taken back."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QListWidget, QPushButton, QScrollArea, QVBoxLayout, QWidget

from securemail_desktop.gui import decision_words, words
from securemail_desktop.gui.appearance import LABELS
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.fitting_view import Wrapping
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.signature_field import SignatureField
from securemail_desktop.policy.decision import Enforcement
from securemail_desktop.session.preferences import Decision

TITLE = "Settings – SecureMail"
FIXED = "Your organisation’s rules set this; ask your administrator to change it."
NONE = "None. One is kept where you answer a doubt about a recipient with “Right for 30 days”."
LEAST = 300
BEHIND = {
    Enforcement.ADVISORY: "This program checks what you send. Mail from other programs or devices is not checked.",
    Enforcement.RECORDED: "This program checks what you send. Your organisation finds mail from other programs or devices afterwards.",
    Enforcement.ENFORCED: "This program checks what you send. Your organisation lets no mail out that was not checked.",
}
ASKED = {"privacy_officer": "Privacy officer", "security": "Security", "helpdesk": "Help desk"}


class SettingsWindow(QWidget):
    """It deletes itself when it is closed; `scheme_chosen` carries a `Scheme`."""

    scheme_chosen = Signal(object)

    def __init__(self, session: SessionPort, look: Look, background: Background) -> None:
        """Show what holds now."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self._session, self._background = session, background
        self._shown: tuple[Decision, ...] = ()
        self.schemes, self.decisions, self.told = QComboBox(self), QListWidget(self), QLabel(self)
        self.again, self.all_again = QPushButton("Ask &again", self), QPushButton("Ask again about a&ll", self)
        self.signature = SignatureField(session, self)
        self.signature.failed.connect(self._fail)
        self._lay_out()
        self._look = look
        self._set_up()
        look.dress(self)
        self.setMinimumSize(LEAST, LEAST)
        self.resize(620, 600)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep what was typed last."""
        self.signature.keep()
        super().closeEvent(event)

    def refresh(self) -> None:
        """Show the decisions that hold now."""
        row = self.decisions.currentRow()
        self._shown = tuple(sorted(self._session.preferences.decisions(), key=lambda d: (d.recipient, d.check)))
        self.decisions.clear()
        self.decisions.addItems([decision_words.sentence(decision) for decision in self._shown])
        if self._shown:
            self.decisions.setCurrentRow(min(max(row, 0), len(self._shown) - 1))
        self.decisions.setVisible(bool(self._shown))
        self.again.setVisible(bool(self._shown))
        self.all_again.setVisible(len(self._shown) > 1)
        if not self._shown:
            self._say(NONE)

    def _show_scheme(self) -> None:
        self.schemes.setCurrentIndex(list(LABELS).index(self._look.scheme))

    def _set_up(self) -> None:
        for scheme, label in LABELS.items():
            self.schemes.addItem(label.replace("&", ""), scheme)
        self._show_scheme()
        self._look.changed.connect(self._show_scheme)
        self.schemes.setAccessibleName("Appearance")
        self.schemes.activated.connect(lambda row: self.scheme_chosen.emit(list(LABELS)[row]))
        self.decisions.setAccessibleName("Decisions about recipients")
        self.decisions.setWordWrap(True)
        self.decisions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.decisions.setItemDelegate(Wrapping(self.decisions))
        self.decisions.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.again.clicked.connect(self._revoke_one)
        self.all_again.clicked.connect(lambda: self._revoke(self._shown))
        for key in ("Escape", "Ctrl+W"):
            shortcut(key, self, self.close)
        shortcut("Del", self.decisions, self._revoke_one)

    def _revoke_one(self) -> None:
        row = self.decisions.currentRow()
        if 0 <= row < len(self._shown):
            self._revoke((self._shown[row],))

    def _revoke(self, decisions: tuple[Decision, ...]) -> None:
        done = partial(self._revoked, len(decisions))
        self._background.run(self, lambda: self._session.revoke(decisions), lambda _: done(), self._fail, "journal")

    def _revoked(self, count: int) -> None:
        self._say("You will be asked about it again." if count == 1 else f"You will be asked about {count} recipients again.")
        self.refresh()

    def _fail(self, error: Exception) -> None:
        self._say(f"Nothing was changed. {words.failure(error)}", tone="danger")

    def _say(self, text: str, tone: str = "calm") -> None:
        self.told.setText(text)
        self.told.setAccessibleName(text)
        restyle(self.told, "tone", tone)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("settingsPage")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(8)
        self._add_choices(layout)
        layout.addSpacing(14)
        layout.addWidget(_label("Signature", "section"))
        layout.addWidget(_label("Stands under what you write. It is sent as it is here and checked like all text.", "muted"))
        layout.addWidget(self.signature)
        layout.addSpacing(14)
        layout.addWidget(_label("Decisions about recipients", "section"))
        layout.addWidget(_label("You said that these recipients are right. Each decision ends by itself after 30 days.", "muted"))
        layout.addWidget(self.decisions, 1)
        buttons = QWidget(inner)
        flow = FlowLayout(buttons)
        flow.addWidget(self.again)
        flow.addWidget(self.all_again)
        layout.addWidget(buttons)
        self.told.setObjectName("settingsTold")
        self.told.setProperty("kind", "muted")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        layout.addWidget(self.told)
        layout.addStretch(0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _add_choices(self, layout: QVBoxLayout) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setHorizontalSpacing(18)
        form.addRow(_label("Appearance", "section"), self.schemes)
        minutes, seconds = round(self._session.lock_after.total_seconds() / 60), round(self._session.undo.total_seconds())
        locks = "Only by Ctrl+L" if not minutes else f"After {minutes} minute{'' if minutes == 1 else 's'} without use"
        holds = "Not held" if not seconds else f"For {seconds} second{'' if seconds == 1 else 's'}, with Undo"
        form.addRow(_label("Held after Send", "section"), _label(holds))
        form.addRow(_label("Locks", "section"), _label(locks))
        form.addRow(_label("Rules", "section"), _label(BEHIND[self._session.policy.enforcement]))
        for name, who in self._session.policy.contacts:
            form.addRow(_label(ASKED.get(name, "To ask"), "section"), _label(words.visible(who)))
        layout.addLayout(form)
        layout.addWidget(_label(FIXED, "muted"))


def _label(text: str, kind: str = "plain") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("kind", kind)
    label.setWordWrap(kind != "section")
    return label
