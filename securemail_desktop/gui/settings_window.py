"""Settings: accounts, how the window looks, times within what the organisation allows, and decisions about recipients that can be taken back."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QListWidget, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from securemail_desktop.gui import decision_words, words
from securemail_desktop.gui.accounts_list import AccountsList
from securemail_desktop.gui.appearance import LABELS, wants_notices
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.fitting_view import Wrapping
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.limits_fields import LimitsFields
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.notifier import OFF, PREFERENCE
from securemail_desktop.gui.passphrase_row import PassphraseRow
from securemail_desktop.gui.policy_section import PolicySection
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.settings_label import facts, label
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.signature_field import SignatureField
from securemail_desktop.gui.still_box import StillBox
from securemail_desktop.policy.decision import Enforcement
from securemail_desktop.session.preferences import Decision
from securemail_desktop.store.errors import StoreError

TITLE = "Settings – SecureMail"
NONE = "None. One is kept where you answer a doubt about a recipient with “Right for 30 days”."
LEAST = 300
BEHIND = {
    Enforcement.ADVISORY: "This program checks what you send. Mail from other programs or devices is not checked.",
    Enforcement.RECORDED: "This program checks what you send. Your organisation finds mail from other programs or devices afterwards.",
    Enforcement.ENFORCED: "This program checks what you send. Your organisation lets no mail out that was not checked.",
}
ASKED = {"privacy_officer": "Privacy officer", "security": "Security", "helpdesk": "Help desk"}


class SettingsWindow(QWidget):
    """It deletes itself when it is closed; `scheme_chosen` carries a `Scheme`, the others follow what was changed."""

    scheme_chosen = Signal(object)
    accounts_changed = Signal()
    limits_changed = Signal()

    def __init__(self, session: SessionPort, look: Look, background: Background) -> None:
        """Show what holds now."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self._session, self._background = session, background
        self._shown: tuple[Decision, ...] = ()
        self.schemes, self.decisions, self.told = StillBox(self), QListWidget(self), QLabel(self)
        self.accounts, self.limits = AccountsList(session, look, background, self), LimitsFields(session.limits, self)
        self.passphrase = PassphraseRow(session, look, background, self)
        self.notices = QCheckBox("&Tell me of new mail")
        self.again, self.all_again = QPushButton("Ask &again", self), QPushButton("Ask again about a&ll", self)
        self.policy = PolicySection(session.policy_updates, background, self)
        self.signature = SignatureField(session, self)
        self.signature.failed.connect(self._fail)
        self._lay_out()
        self._look = look
        self._set_up()
        look.dress(self)
        self.setMinimumSize(LEAST, LEAST)
        self.resize(620, 720)
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
        for scheme, name in LABELS.items():
            self.schemes.addItem(name.replace("&", ""), scheme)
        self._show_scheme()
        self._look.changed.connect(self._show_scheme)
        self.schemes.setAccessibleName("Appearance")
        self.schemes.activated.connect(lambda row: self.scheme_chosen.emit(list(LABELS)[row]))
        self.accounts.changed.connect(self.signature.refresh)
        self.accounts.changed.connect(self.accounts_changed)
        self.limits.changed.connect(self.limits_changed)
        self.limits.failed.connect(self._fail)
        self.notices.setChecked(wants_notices(self._session.preferences))
        self.notices.clicked.connect(self._keep_notices)
        self.decisions.setAccessibleName("Decisions about recipients")
        self.decisions.setWordWrap(True)
        self.decisions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.decisions.setItemDelegate(Wrapping(self.decisions))
        self.decisions.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.again.clicked.connect(self._revoke_one)
        self.all_again.clicked.connect(lambda: self._revoke(self._shown))
        for key in ("Escape", "Ctrl+W"):
            shortcut(key, self, self._leave)
        shortcut("Del", self.decisions, self._revoke_one)

    def _leave(self) -> None:
        sheet = self.accounts.sheet
        (sheet.reject if sheet.isVisible() else self.close)()

    def _keep_notices(self, on: bool) -> None:
        try:
            self._session.preferences.set(PREFERENCE, "" if on else OFF)
        except StoreError as error:
            self._fail(error)
            self.notices.setChecked(not on)

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
        layout.addWidget(label("Accounts", "section"))
        layout.addWidget(self.accounts)
        layout.addSpacing(14)
        self._add_choices(layout)
        layout.addSpacing(14)
        layout.addWidget(label("Your organisation’s policy", "section"))
        layout.addWidget(self.policy)
        layout.addSpacing(14)
        layout.addWidget(label("Signature", "section"))
        layout.addWidget(label("Stands under what you write. It is sent as it is here and checked like all text.", "muted"))
        self.signature.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.signature)
        layout.addSpacing(14)
        layout.addWidget(label("Decisions about recipients", "section"))
        layout.addWidget(label("You said that these recipients are right. Each decision ends by itself after 30 days.", "muted"))
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
        scroll.setAccessibleName("Settings")
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
        form.addRow(label("Appearance", "section"), self.schemes)
        layout.addLayout(form)
        layout.addWidget(self.notices)
        layout.addWidget(label("While another program is in front: how many messages came, never from whom or about what.", "muted"))
        layout.addSpacing(6)
        layout.addWidget(self.limits)
        layout.addWidget(self.passphrase)
        layout.addWidget(self._organisation())

    def _organisation(self) -> QWidget:
        about = QWidget(self)
        form = facts(about)
        form.addRow(label("Rules", "section"), label(BEHIND[self._session.policy.enforcement]))
        for name, who in self._session.policy.contacts:
            form.addRow(label(ASKED.get(name, "To ask"), "section"), label(words.visible(who)))
        return about
