"""The drafts of this machine: Enter opens one, Delete asks and forgets it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from securemail_desktop.gui import message_words, words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.mail_port import DraftsPort
from securemail_desktop.gui.row_delegate import ROW_ROLE, Row, RowDelegate
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.state_view import StateView
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.draft import Draft
from securemail_desktop.resources import ui_dir
from securemail_desktop.session.mail_view import SavedDraft

Index = QModelIndex | QPersistentModelIndex


class DraftsModel(QAbstractListModel):
    """The drafts, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.drafts: tuple[SavedDraft, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of drafts."""
        return 0 if parent.isValid() else len(self.drafts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        draft = self.drafts[index.row()]
        subject, to, now = _subject(draft), message_words.people(draft.to) if draft.to else "nobody yet", datetime.now(UTC)
        if role == ROW_ROLE:
            return Row("compose", Tone.CALM, subject, message_words.day(draft.saved, now), f"To {to}", "")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Draft. To {to}. {subject}. {message_words.spoken_day(draft.saved, now)}."
        return subject if role == Qt.ItemDataRole.DisplayRole else None

    def reset(self, drafts: Sequence[SavedDraft]) -> bool:
        """Replace all; return False, and let views rest, when nothing has changed."""
        if tuple(drafts) == self.drafts:
            return False
        self.beginResetModel()
        self.drafts = tuple(drafts)
        self.endResetModel()
        return True


class DraftsForm:
    """The widgets of `drafts.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    openButton: QPushButton
    discardButton: QPushButton
    states: QStackedWidget
    state: StateView
    entries: QListView


class DraftsPage(QWidget):
    """`opened` carries a draft to be written on, `counted` how many there are, `told` (sentence, tone)."""

    opened = Signal(object)
    counted = Signal(int)
    told = Signal(str, object)

    def __init__(self, drafts: DraftsPort, look: Look, background: Background, host: QWidget) -> None:
        """Show nothing before the first `refresh`; questions are asked over the whole `host`."""
        super().__init__(host)
        self._drafts, self._background = drafts, background
        self.form = load_form(DraftsForm, ui_dir() / "desktop" / "forms" / "drafts.ui", self, (StateView,))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form.root)
        self.model = DraftsModel(self)
        self.sheet = Sheet(host, look)
        self._asked = ""
        self._set_up(look)

    def refresh(self) -> None:
        """Read the drafts anew."""
        self._background.run(self, self._drafts.all, self._show, self._fail, "store")

    def stop(self) -> QWidget:
        """Return where the keyboard lands."""
        return self.form.entries if self.model.drafts else self.form.state.button

    def _set_up(self, look: Look) -> None:
        form = self.form
        form.state.set_up(look)
        form.state.say("compose", "muted", "Loading…")
        form.entries.setModel(self.model)
        form.entries.setItemDelegate(RowDelegate(look, form.entries))
        form.entries.setResizeMode(QListView.ResizeMode.Adjust)
        form.entries.activated.connect(lambda _: self._open())
        form.openButton.clicked.connect(self._open)
        form.discardButton.clicked.connect(self._ask)
        form.state.pressed.connect(self.refresh)
        self.sheet.chosen.connect(self._discard)
        shortcut("Del", self, self._ask)
        self._offer()

    def _show(self, drafts: Sequence[SavedDraft]) -> None:
        row, current = self.form.entries.currentIndex().row(), self._current()
        if self.model.reset(drafts):
            here = next((n for n, draft in enumerate(drafts) if current is not None and draft.id == current.id), row)
            self.form.entries.setCurrentIndex(self.model.index(min(max(here, 0), len(drafts) - 1)))
        if not drafts:
            self.form.state.say("compose", "muted", "No drafts", "What you write is kept here by itself until it is sent.")
        self.form.states.setCurrentWidget(self.form.entries if drafts else self.form.state)
        self._offer()
        self.counted.emit(len(drafts))

    def _fail(self, error: Exception) -> None:
        self.form.state.say("warning", Tone.DANGER.value, words.failure(error), button="Try again")
        self.form.states.setCurrentWidget(self.form.state)
        self.model.reset(())
        self._offer()

    def _offer(self) -> None:
        for button in (self.form.openButton, self.form.discardButton):
            button.setVisible(bool(self.model.drafts))

    def _current(self) -> SavedDraft | None:
        row = self.form.entries.currentIndex().row()
        return self.model.drafts[row] if 0 <= row < len(self.model.drafts) else None

    def _open(self) -> None:
        draft = self._current()
        if draft is not None:
            self._background.run(self, partial(self._drafts.open, draft.id), self._opened, self._say, "store")

    def _opened(self, draft: Draft) -> None:
        self.opened.emit(draft)

    def _ask(self) -> None:
        draft = self._current()
        if draft is not None:
            self._asked = draft.id  # by the time of the answer another one may be current
            choice = Choice("Discard the draft", "discard", safe=False)
            text = "It has not been sent, and nobody can bring it back."
            self.sheet.ask(
                Question(title=f"Discard “{_subject(draft)}”?", message=text, choices=(choice,), back="Keep it", icon="question")
            )

    def _discard(self, _: Chosen) -> None:
        self._background.run(self, partial(self._drafts.discard, self._asked), lambda _: self.refresh(), self._say, "store")

    def _say(self, error: Exception) -> None:
        self.told.emit(words.failure(error), Tone.DANGER)


def _subject(draft: SavedDraft) -> str:
    return " ".join(words.visible(draft.subject).split()) or message_words.NO_SUBJECT
