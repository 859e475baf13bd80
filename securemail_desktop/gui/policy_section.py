"""The part of Settings about the organisation's policy: which one holds, from where, how old, who set what; and asking for the newest now."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import policy_words, words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.look import restyle
from securemail_desktop.gui.policy_port import PolicyPort
from securemail_desktop.gui.settings_label import facts, label
from securemail_desktop.session.policy_updates import PolicyStatus


class PolicySection(QWidget):
    """It shows what is known at once, and again after each question."""

    def __init__(self, policy: PolicyPort, background: Background, parent: QWidget) -> None:
        """Read what is known now."""
        super().__init__(parent)
        self._policy, self._background = policy, background
        self.now, self.told = QPushButton("&Check for changes", self), label("", "muted")
        self.told.setObjectName("settingsTold")
        told = QWidget(self)
        self._form = facts(told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(told)
        layout.addWidget(self.told)
        buttons = QWidget(self)
        FlowLayout(buttons).addWidget(self.now)
        layout.addWidget(buttons)
        self.now.hide()
        self.told.hide()
        self.now.clicked.connect(self._ask)
        background.run(self, lambda: policy.status, self._show, self._fail, "store")

    def _ask(self) -> None:
        self.now.setEnabled(False)
        self._say("Asking…", "calm")
        self._background.run(self, self._policy.check, self._asked, self._fail, "policy")

    def _asked(self, status: PolicyStatus) -> None:
        self._show(status)
        if not self.told.text():
            self._say("This is the newest policy.", "good")

    def _show(self, status: PolicyStatus) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, text in policy_words.rows(status, datetime.now(UTC)):
            value = label(text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(f"{name}: {text}")
            self._form.addRow(label(name, "section"), value)
        self.now.setVisible(status.following is not None)
        self.now.setEnabled(True)
        self._say(*policy_words.trouble(status))

    def _fail(self, error: Exception) -> None:
        self.now.setEnabled(True)
        self._say(words.failure(error), "danger")

    def _say(self, text: str, tone: str) -> None:
        self.told.setText(text)
        self.told.setAccessibleName(text)
        self.told.setVisible(bool(text))
        restyle(self.told, "tone", tone or "calm")
