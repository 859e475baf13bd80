"""The lock of the window: everything is hidden at once, then the session closes its store; unlocking brings back what was open.

    OPEN -> CLOSING -> LOCKED -> OPENING -> OPEN

While it closes the undo holds end and their messages are protected; the store waits for that, but not for ever.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QClipboard, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from shiboken6 import isValid

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.curtain import Curtain
from securemail_desktop.gui.idle import Idle
from securemail_desktop.gui.lock_page import LockPage
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.system_lock import SystemLock
from securemail_desktop.gui.timer import timer

if TYPE_CHECKING:
    from securemail_desktop.gui.compose_window import ComposeWindow

LANE = "lock"
_PASSING = frozenset({Qt.WindowType.Popup, Qt.WindowType.ToolTip})  # asked for anew, not brought back
POLL_MS, PATIENCE_MS, COUNT_MS = 100, 20_000, 3_000


class LockState(StrEnum):
    """How far the lock is."""

    OPEN = "open"
    CLOSING = "closing"
    LOCKED = "locked"
    OPENING = "opening"


class Locking(QObject):
    """Locks and unlocks the program's windows. `closing` begins each locking, `opened` follows each unlocking."""

    closing = Signal()
    opened = Signal()

    def __init__(
        self, session: SessionPort, look: Look, background: Background, window: QWidget, composing: "Callable[[], Sequence[ComposeWindow]]"
    ) -> None:
        """Cover `window`, the compose windows and every other window of the program; Ctrl+L locks from each of them."""
        super().__init__(window)
        self._session, self._background, self._window, self._composing = session, background, window, composing
        self._state = LockState.OPEN
        self._covered: list[ComposeWindow] = []
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self._curtain = Curtain(window, self._hidden_too)
        self._page = LockPage(look, window)
        self._page.unlock_wanted.connect(self._unlock)
        shortcut = QShortcut(QKeySequence("Ctrl+L"), window)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.activated.connect(self.lock)
        self._idle = Idle(window)
        self._idle.passed.connect(self.lock)
        self.watch()
        SystemLock(self).locked.connect(self.lock)
        self._waited = 0
        self._waiting = timer(self, POLL_MS, self._wait)
        self._counting = timer(self, COUNT_MS, self._count)

    @property
    def is_open(self) -> bool:
        """Say whether the windows may show anything."""
        return self._state == LockState.OPEN

    def watch(self) -> None:
        """Lock after as long a time without use as holds now."""
        self._idle.watch(self._session.limits.lock_after)

    def lock(self) -> None:
        """Hide everything at once, then close the store."""
        if self._state != LockState.OPEN:
            return
        self._state = LockState.CLOSING
        self._curtain.draw()
        self._hide()
        self.closing.emit()
        self._page.count(0)
        self._show_page(needs_passphrase=False)
        # What is written is saved in the lane `store`: behind it the store may close.
        self._background.run(self, lambda: None, lambda _: self._begin_waiting(), self._fail_closing, "store")

    def resize(self) -> None:
        """Cover the whole window."""
        self._page.setGeometry(self._window.rect())

    def _begin_waiting(self) -> None:
        self._waited = 0
        self._waiting.start()
        self._wait()

    def _wait(self) -> None:
        """Close the store once nothing needs it: what was typed during a save is saved behind that one."""
        self._waited += POLL_MS
        if any(isValid(window) and (window.is_sending() or window.is_saving()) for window in self._covered) and self._waited < PATIENCE_MS:
            return
        self._waiting.stop()
        self._background.run(self, self._close_store, self._locked, self._fail_closing, LANE)

    def _close_store(self) -> bool:
        self._session.lock()
        return self._session.needs_passphrase()

    def _locked(self, needs_passphrase: bool) -> None:
        self._state = LockState.LOCKED
        self._show_page(needs_passphrase=needs_passphrase)
        self._counting.start()
        self._count()

    def _fail_closing(self, error: Exception) -> None:
        self._background.run(
            self,
            self._session.needs_passphrase,
            lambda needed: self._locked_with(error, needs_passphrase=needed),
            lambda _: self._locked_with(error, needs_passphrase=True),  # whoever cannot find out may have to type it
            LANE,
        )

    def _locked_with(self, error: Exception, *, needs_passphrase: bool) -> None:
        self._state = LockState.LOCKED
        self._show_page(needs_passphrase=needs_passphrase)
        self._page.fail(words.failure(error))

    def _unlock(self, passphrase: str) -> None:
        if self._state != LockState.LOCKED:
            return
        self._state = LockState.OPENING
        self._page.wait()
        self._background.run(self, lambda: self._session.unlock(passphrase), lambda _: self._open(), self._stay, LANE)

    def _stay(self, error: Exception) -> None:
        self._state = LockState.LOCKED
        self._page.fail(words.failure(error))

    def _open(self) -> None:
        self._counting.stop()
        self._state = LockState.OPEN
        self._curtain.open()
        self._page.hide()
        for widget in filter(isValid, self._hidden):
            widget.show()
        for window in filter(isValid, self._covered):
            window.uncover()
        self._hidden, self._covered = [], []
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()
        self.watch()
        self.opened.emit()

    def _hide(self) -> None:
        QToolTip.hideText()
        _empty_clipboard()
        self._focus = self._window.focusWidget()
        self._covered = list(self._composing())
        for compose in self._covered:
            compose.cover()
        others = [w for w in QApplication.topLevelWidgets() if w is not self._window and w.isVisible()]
        inside = [w for w in self._window.children() if isinstance(w, QWidget) and w is not self._page and not w.isHidden()]
        for widget in (*others, *inside):
            if widget.windowType() in _PASSING:
                widget.close()
            else:
                self._hidden.append(widget)
                widget.hide()

    def _hidden_too(self, window: QWidget) -> None:
        """Bring a window that came meanwhile back with the others; a menu or a list of contacts is asked for anew."""
        if window.windowType() in _PASSING:
            window.close()
        elif self.is_open:
            window.show()
        else:
            self._hidden.append(window)

    def _show_page(self, *, needs_passphrase: bool) -> None:
        self.resize()
        self._page.raise_()
        self._page.begin(closing=self._state == LockState.CLOSING, needs_passphrase=needs_passphrase)

    def _count(self) -> None:
        self._background.run(self, self._session.under_way, self._page.count, lambda _: None, LANE)


def _empty_clipboard() -> None:
    """Take back what was copied from this program: a locked window would give it away to whoever pastes."""
    clipboard = QApplication.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
