"""Asks for the newest policy of the organisation: at the start, after an unlocking, and every few minutes, in a lane of its own."""

from PySide6.QtCore import QObject, Signal

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.timer import timer

POLL_MS = 10 * 60_000


class PolicyWatch(QObject):
    """`checked` when a source was asked, whatever came of it; `changed` when another policy holds."""

    checked = Signal()
    changed = Signal()

    def __init__(self, session: SessionPort, background: Background, parent: QObject) -> None:
        """Ask nothing before `ask`."""
        super().__init__(parent)
        self._session, self._background = session, background
        self._asking = False
        self._known = session.policy.id
        self._again = timer(self, POLL_MS, self.ask)

    def ask(self) -> None:
        """Ask now, unless that is under way; and again after the interval."""
        self._again.start()
        if not self._asking:
            self._asking = True
            self._background.run(self, self._session.policy_updates.check, lambda _: self._done(), lambda _: self._done(), "policy")

    def _done(self) -> None:
        self._asking = False
        known, self._known = self._known, self._session.policy.id
        self.checked.emit()
        if known != self._known:
            self.changed.emit()
