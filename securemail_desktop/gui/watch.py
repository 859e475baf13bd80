"""Watches the accounts' inboxes, each in a lane of its own, for as long as the window is unlocked; after a failure it tries again, ever later."""

from collections.abc import Callable, Iterable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from securemail_desktop.accounts.errors import NotTrusted, SignInRefused, Unreachable
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.mail_port import MailPort

REST_MS, FIRST_MS, LONGEST_MS = 1000, 5_000, 300_000
_HOPELESS = (SignInRefused, NotTrusted)  # trying again by itself would lock the account, or go on asking who cannot be trusted


class Watch(QObject):
    """`changed` when an inbox may hold something new, `lost` when a server is not reached any more."""

    changed = Signal()
    lost = Signal()

    def __init__(self, mail: MailPort, background: Background, parent: QObject) -> None:
        """Watch nothing before `follow`."""
        super().__init__(parent)
        self._mail, self._background = mail, background
        self._accounts: tuple[str, ...] = ()
        self._waiting: set[str] = set()
        self._pauses: dict[str, int] = {}
        self._timers: dict[str, QTimer] = {}
        self._ended = Event()

    def follow(self, accounts: Iterable[str]) -> None:
        """Watch the inboxes of these accounts."""
        known, self._accounts = self._accounts, tuple(dict.fromkeys(accounts))
        for account in self._accounts:
            if account not in known:
                self._begin(account)

    def stop(self) -> None:
        """Watch nothing any more; what waits in a lane ends within seconds."""
        self._ended.set()
        self._ended = Event()
        self._accounts = ()
        self._waiting.clear()
        self._pauses.clear()

    def hurry(self) -> None:
        """Try at once where a pause was made: the servers answer again."""
        self._pauses.clear()
        for account in self._accounts:
            self._begin(account)

    def _begin(self, account: str) -> None:
        if account in self._waiting or account not in self._accounts:
            return
        self._waiting.add(account)
        self._timer(account).stop()
        ended = self._ended
        work = partial(self._mail.watch, account, self._wanted(ended))
        done, failed = partial(self._done, ended, account), partial(self._failed, ended, account)
        self._background.run(self, work, done, failed, f"watching {account}")

    def _wanted(self, ended: Event) -> Callable[[], bool]:
        background, owner = self._background, self
        return lambda: not ended.is_set() and not background.is_closed and isValid(owner)

    def _done(self, ended: Event, account: str, changed: bool) -> None:
        if ended is not self._ended:
            return
        self._waiting.discard(account)
        self._pauses.pop(account, None)
        if changed:
            self.changed.emit()
        self._timer(account).start(REST_MS if changed else 0)

    def _failed(self, ended: Event, account: str, error: Exception) -> None:
        if ended is not self._ended:
            return
        self._waiting.discard(account)
        pause = self._pauses.get(account, FIRST_MS)
        self._pauses[account] = min(2 * pause, LONGEST_MS)
        if not isinstance(error, _HOPELESS):
            self._timer(account).start(pause)
        if isinstance(error, Unreachable):
            self.lost.emit()

    def _timer(self, account: str) -> QTimer:
        """Return the one timer of an account."""
        if account not in self._timers:
            timer = self._timers[account] = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(partial(self._begin, account))
        return self._timers[account]
