"""Flags, moves and deletions: shown at once, done by the mailbox in the background, told in one sentence, taken back where that is possible."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.mail_port import MailPort
from securemail_desktop.gui.message_table import MessageTable
from securemail_desktop.gui.tones import Tone
from securemail_desktop.session.mail_view import MessageView


class MessageChanges(QObject):
    """`told` carries (sentence, tone, the way back as a call or None); `changed` follows when rows or counts are other ones now."""

    told = Signal(str, object, object)
    changed = Signal()

    def __init__(self, mail: MailPort, table: MessageTable, background: Background, parent: QObject) -> None:
        """Change the rows of this list."""
        super().__init__(parent)
        self._mail, self._table, self._background = mail, table, background

    def mark(self, views: Sequence[MessageView], *, seen: bool | None = None, flagged: bool | None = None) -> None:
        """Set flags."""
        ids = _ids(views)
        self._table.messages.set_flags(ids, seen=seen, flagged=flagged)
        self._run(lambda: self._mail.mark(ids, seen=seen, flagged=flagged), self.changed.emit)

    def move(self, views: Sequence[MessageView], folder: int, name: str) -> None:
        """Move to another folder."""
        ids = _ids(views)
        self._table.take_out(views)
        self._run(lambda: self._mail.move(ids, folder), partial(self._moved, views, f"{_some(views)} moved to {name}."))

    def delete(self, views: Sequence[MessageView], *, for_good: bool, undo: bool) -> None:
        """Move to the trash, or out of it for good; `undo` when there is a way back."""
        ids = _ids(views)
        self._table.take_out(views)
        text = f"{_some(views)} {'deleted for good' if for_good else 'moved to Trash'}."
        self._run(lambda: self._mail.delete(ids), partial(self._moved, views if undo else (), text))

    def _moved(self, views: Sequence[MessageView], text: str) -> None:
        self.told.emit(text, Tone.CALM, partial(self._take_back, views) if views else None)
        self.changed.emit()

    def _take_back(self, views: Sequence[MessageView]) -> None:
        done = partial(self._moved, (), f"{_some(views)} moved back.")
        self._run(lambda: self._mail.move(_ids(views), views[0].folder), done)

    def _run(self, work: Callable[[], None], done: Callable[[], None]) -> None:
        self._background.run(self, work, lambda _: done(), self._failed, "mailbox")

    def _failed(self, error: Exception) -> None:
        self.told.emit(words.failure(error), Tone.DANGER, None)
        self.changed.emit()


def _ids(views: Sequence[MessageView]) -> list[int]:
    return [view.id for view in views]


def _some(views: Sequence[MessageView]) -> str:
    return "1 message" if len(views) == 1 else f"{len(views):,} messages"
