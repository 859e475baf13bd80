"""Quitting with unsent mail asks: what is held for Undo, what waits for a server, what waits for its author."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from securemail_desktop.gui.look import Look
from securemail_desktop.gui.sheet import Choice, Question, Sheet
from securemail_desktop.sending.state import OutboxEntry, State

_GOING = frozenset({State.READY, State.COMMITTING, State.DEFERRED})


class Leaving(QObject):
    """Asks once over the window; `confirmed` follows the decision to quit."""

    confirmed = Signal()

    def __init__(self, window: QWidget, look: Look) -> None:
        """Ask nothing yet."""
        super().__init__(window)
        self._sheet = Sheet(window, look)
        self._is_confirmed = False
        self._sheet.chosen.connect(self._confirm)

    def may_leave(self, under_way: int, entries: Sequence[OutboxEntry]) -> bool:
        """Tell whether the program may end now; else ask. `under_way` are the messages that are held for Undo or being sent."""
        question = None if self._is_confirmed else leaving_question(under_way, entries)
        self._is_confirmed = False
        if question is not None and not self._sheet.isVisible():
            self._sheet.ask(question)
        return question is None

    def _confirm(self) -> None:
        self._is_confirmed = True
        self.confirmed.emit()


def leaving_question(under_way: int, entries: Sequence[OutboxEntry]) -> Question | None:
    """Return what is asked before the program ends, None when nothing is unsent."""
    deciding = sum(entry.needs_author for entry in entries)
    going = sum(entry.state in _GOING and not entry.needs_author for entry in entries)
    count = under_way + going + deciding
    if not count:
        return None
    sentences = (
        (under_way, "is being sent: quitting waits for that.", "are being sent: quitting waits for that."),
        (going, "waits for the server and goes when SecureMail is next open.", "wait for the server and go when SecureMail is next open."),
        (deciding, "waits in the Outbox for your decision.", "wait in the Outbox for your decision."),
    )
    lines = [f"{number} {one if number == 1 else many}" for number, one, many in sentences if number]
    return Question(
        title="1 message has not been sent" if count == 1 else f"{count} messages have not been sent",
        message=" ".join(lines),
        choices=(Choice("Quit", "quit", safe=False),),
        back="Stay",
        icon="outbox",
    )
