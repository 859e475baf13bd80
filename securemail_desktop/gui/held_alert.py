"""Alerts the author when a message that may be about a patient waits for him: after two minutes, at unlocking, and at the next start.

When it is not certain whether it went it alerts at once: that is how a program that was killed while it sent begins again.

It says neither to whom nor what about. It names the way around mail that the organisation gives, and never takes the focus.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from securemail_desktop.gui.notice_bar import NoticeBar
from securemail_desktop.sending.state import OutboxEntry, State

WAIT = timedelta(minutes=2)
_OPEN, _LATER = "open", "dismiss"


def now() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


class HeldAlert(QObject):
    """Watches the outbox's entries and speaks by a bar. `wanted` asks for the outbox."""

    wanted = Signal()

    def __init__(self, bar: NoticeBar, window: QWidget, urgent_contact: Callable[[], str], clock: Callable[[], datetime] = now) -> None:
        """Say nothing before `take`."""
        super().__init__(window)
        self._bar, self._window, self._urgent_contact, self._clock = bar, window, urgent_contact, clock
        self._told: frozenset[str] = frozenset()
        self._put_off: frozenset[str] = frozenset()
        self._at_once = False
        bar.chosen.connect(self._choose)

    def take(self, entries: Sequence[OutboxEntry]) -> None:
        """Look at the outbox as it is now."""
        held = [entry for entry in entries if entry.needs_author and entry.findings]
        due = frozenset(e.id for e in held if self._at_once or e.id in self._told or self._is_due(e))
        self._at_once = False
        fresh = due - self._told
        self._told = due
        self._put_off &= due if not fresh else frozenset()
        if not due - self._put_off:
            self._bar.clear()
            return
        uncertain = all(e.state is State.UNKNOWN for e in held if e.id in due)
        self._bar.say(_sentence(len(due), uncertain, self._urgent_contact()), [("Open the Outbox", _OPEN), ("Later", _LATER)])
        if fresh:
            QApplication.alert(self._window)

    def again(self) -> None:
        """Tell of everything that is held anew, without waiting: somebody is back."""
        self._told = self._put_off = frozenset()
        self._at_once = True

    def _is_due(self, entry: OutboxEntry) -> bool:
        return entry.state is State.UNKNOWN or self._clock() - entry.updated >= WAIT

    def _choose(self, value: str) -> None:
        if value == _OPEN:
            self.wanted.emit()
        self._put_off = self._told
        self._bar.clear()


def _sentence(count: int, uncertain: bool, urgent_contact: str) -> str:
    one = count == 1
    subject = "A message that may be about a patient" if one else f"{count} messages that may be about patients"
    has = "may not have arrived" if uncertain else f"{'has' if one else 'have'} not reached everyone"
    waits = "it waits" if one else "they wait"
    urgent = f" If it is urgent, use another way now: {urgent_contact.rstrip('.')}." if urgent_contact else ""
    return f"{subject} {has}: {waits} for you in the Outbox.{urgent}"
