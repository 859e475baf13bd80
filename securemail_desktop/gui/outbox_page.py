"""The outbox: every message that has not reached all its recipients, in words what is the matter, and what its author can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QLocale, Qt, QTime, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.flow_layout import FlowLayout, follow_reading_order
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.outbox_model import OutboxModel, addressed, whom
from securemail_desktop.gui.receipt_model import ReceiptModel
from securemail_desktop.gui.row_delegate import RowDelegate
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.tones import Tone
from securemail_desktop.resources import ui_dir
from securemail_desktop.sending.state import OutboxEntry, Receipt, State

NARROW = 640
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the detail pane: which method of the page it calls."""

    name: str
    label: str
    kind: str = "plain"


_RETRY, _REOPEN = Action("retry", "Try &again", "primary"), Action("reopen", "&Open and change", "primary")
_DISCARD = Action("discard", "&Discard…", "quiet")
ACTIONS = {
    State.READY: (_RETRY,),
    State.COMMITTING: (),
    State.ACCEPTED: (),
    State.DEFERRED: (_RETRY, _DISCARD),
    State.REFUSED: (_REOPEN, _DISCARD),
    State.HELD: (_REOPEN, Action("retry", "Try &again"), _DISCARD),
    State.UNKNOWN: (Action("retry", "Loo&k for it again", "primary"), Action("again", "&Send again…", "quiet"), _DISCARD),
}


class OutboxForm:
    """The widgets of `outbox.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    refreshButton: QPushButton
    states: QStackedWidget
    emptyPage: QWidget
    listPage: QWidget
    splitter: QSplitter
    entries: QListView
    detailScroll: QScrollArea
    detail: QWidget
    detailSubject: QLabel
    detailIcon: QLabel
    detailState: QLabel
    actions: QWidget
    recipients: QListView


class OutboxPage(QWidget):
    """The page. `told` carries (sentence, tone) for the status line; `reopened` a draft.

    `counted` carries how many messages need their author and how many wait for a server, `shown` all entries after each reading; `resumed`
    follows each `resume`.
    """

    told = Signal(str, object)
    reopened = Signal(object)
    counted = Signal(int, int)
    shown = Signal(object)
    resumed = Signal()

    def __init__(self, session: SessionPort, look: Look, background: Background, host: QWidget) -> None:
        """Show nothing before the first `refresh`; questions are asked over the whole `host`."""
        super().__init__(host)
        self._session, self._look, self._background = session, look, background
        self._form = load_form(OutboxForm, ui_dir() / "desktop" / "forms" / "outbox.ui", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form.root)
        self.last = QLabel(self)
        self._entries, self._receipts = OutboxModel(self), ReceiptModel(self)
        self._sheet = Sheet(host, look)
        self._asked: tuple[str, str] = ("", "")
        self._shown = ""
        self._waited: set[str] = set()
        self._by_hand: set[str] = set()
        self._buttons = FlowLayout(self._form.actions)
        self._set_up()

    def entries(self) -> tuple[OutboxEntry, ...]:
        """Return the messages as they were read last."""
        return self._entries.entries

    def take(self, receipts: tuple[Receipt, ...]) -> None:
        """Keep what has just become of a message, with the time, where it is looked for, and read the outbox anew."""
        now = QLocale().toString(QTime.currentTime(), QLocale.FormatType.ShortFormat)
        self.last.setText(f"{now} · {words.result(receipts)}")
        self.last.setAccessibleName(f"Last message, {self.last.text()}")
        self.last.show()
        self.refresh()

    def refresh(self) -> None:
        """Read the outbox anew."""
        self._background.run(self, self._session.outbox, self._show, self._fail, "general")

    def resume(self, *, at_once: bool = False) -> None:
        """Go on with everything that time alone settles, then read the outbox; `at_once` does not wait for the next due time."""
        self._form.refreshButton.setEnabled(False)
        self._background.run(self, partial(self._session.resume, at_once=at_once), self._resumed, self._fail, "account")

    def stop(self) -> QWidget:
        """Return where the keyboard lands."""
        return self._form.entries if self._entries.rowCount() else self._form.refreshButton

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the detail beneath the list where it is narrow."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        self._form.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)

    def _set_up(self) -> None:
        form = self._form
        self._lay_out_last()
        form.entries.setModel(self._entries)
        form.entries.setItemDelegate(RowDelegate(self._look, form.entries))
        form.entries.setResizeMode(QListView.ResizeMode.Adjust)
        form.recipients.setModel(self._receipts)
        form.recipients.setItemDelegate(RowDelegate(self._look, form.recipients, inset=8))
        form.recipients.setResizeMode(QListView.ResizeMode.Adjust)
        form.splitter.setStretchFactor(0, 2)
        form.splitter.setStretchFactor(1, 3)
        form.splitter.setSizes([400, 600])
        form.refreshButton.clicked.connect(lambda: self.resume(at_once=True))
        form.entries.selectionModel().currentChanged.connect(lambda current, _: self._show_detail(self._entries.entry(current.row())))
        self._sheet.chosen.connect(self._confirmed)
        self._show(())

    def _lay_out_last(self) -> None:
        self.last.setTextFormat(Qt.TextFormat.PlainText)
        self.last.setProperty("kind", "muted")
        self.last.setWordWrap(True)
        self.last.setContentsMargins(24, 0, 18, 12)
        self.last.hide()
        layout = self._form.root.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.last)

    def _resumed(self, _: None) -> None:
        self._form.refreshButton.setEnabled(True)
        self.resumed.emit()
        self.refresh()

    def _tell_gone(self, entries: Sequence[OutboxEntry]) -> None:
        """Tell of what had waited for a server and is not here any more: what was told before of it is no longer true."""
        gone = self._waited - self._by_hand - {entry.id for entry in entries}
        self._waited = {e.id for e in entries if e.state is State.DEFERRED or e.id in self._waited}
        if gone:
            self.told.emit(f"{'1 message' if len(gone) == 1 else f'{len(gone)} messages'} that had to wait went out.", Tone.GOOD)

    def _show(self, entries: Sequence[OutboxEntry]) -> None:
        self._tell_gone(entries)
        had_focus = self._form.entries.hasFocus() or self._form.detail.isAncestorOf(self.focusWidget() or self)
        changed = self._entries.reset(entries)
        self._form.states.setCurrentWidget(self._form.listPage if entries else self._form.emptyPage)
        self._form.refreshButton.setVisible(bool(entries))
        if changed:
            row = max(self._entries.row_of(self._shown), 0)
            self._form.entries.setCurrentIndex(self._entries.index(row))
            self._show_detail(self._entries.entry(row))
            if had_focus:
                self._form.entries.setFocus()
        self.counted.emit(self._entries.waiting(), self._entries.going())
        self.shown.emit(tuple(entries))

    def _show_detail(self, entry: OutboxEntry | None) -> None:
        self._form.detail.setVisible(entry is not None)
        self._shown = entry.id if entry else ""
        if entry is None:
            return
        icon, tone = words.STATE_ICONS[entry.state]
        self._form.detailSubject.setText(words.visible(entry.subject) or "(no subject)")
        self._form.detailState.setText(f"{words.STATES[entry.state]}. {words.because(entry.state, entry.reason)}")
        self._look.mark(self._form.detailIcon, icon, tone.value)
        self._receipts.reset(entry.receipts)
        self._form.recipients.setCurrentIndex(self._receipts.index(0))
        self._show_actions(ACTIONS[entry.state])

    def _show_actions(self, actions: Sequence[Action]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        calls: dict[str, Callable[[], None]] = {
            "retry": self._retry,
            "reopen": self._reopen,
            "again": self._ask_again,
            "discard": self._ask_discard,
        }
        for action in actions:
            button = QPushButton(action.label, self._form.actions)
            button.setProperty("kind", action.kind)
            button.setAccessibleName(action.label.replace("&", "").rstrip("…"))
            button.clicked.connect(calls[action.name])
            self._buttons.addWidget(button)
            button.show()
        follow_reading_order(self._form.actions)
        self._form.actions.setVisible(bool(actions))

    def _retry(self) -> None:
        entry_id = self._shown
        self.told.emit("Trying again…", Tone.CALM)
        self._by_hand.add(entry_id)
        self._run(lambda: self._session.retry(entry_id), partial(self._tell_tried, entry_id), "account")

    def _tell_tried(self, entry_id: str, receipts: Sequence[Receipt]) -> None:
        if any(receipt.state is State.DEFERRED for receipt in receipts):
            self._by_hand.discard(entry_id)
        self.told.emit(words.result(receipts), Tone.CALM)

    def _reopen(self) -> None:
        entry_id = self._shown
        self._run(lambda: self._session.reopen(entry_id), self.reopened.emit, "general")

    def _ask_again(self) -> None:
        entry = self._entries.entry(self._form.entries.currentIndex().row())
        if entry is not None:
            self._ask(
                "again",
                entry,
                f"Send it to {addressed(entry)} again?",
                "Nobody knows whether the first one arrived: the message may arrive twice.",
                Choice("Send again", "again", safe=False),
            )

    def _ask_discard(self) -> None:
        entry = self._entries.entry(self._form.entries.currentIndex().row())
        if entry is not None:
            consequence = "It may have arrived nevertheless." if entry.state == State.UNKNOWN else f"{whom(entry)} will not get it."
            message = f"{consequence} The audit record says that you decided so."
            self._ask("discard", entry, "Give this message up?", message, Choice("Discard the message", "discard", safe=False))

    def _ask(self, name: str, entry: OutboxEntry, title: str, message: str, choice: Choice) -> None:
        self._asked = (name, entry.id)
        self._sheet.ask(Question(title=title, message=message, choices=(choice,), back="Keep it in the Outbox", icon="question"))

    def _confirmed(self, _: Chosen) -> None:
        name, entry_id = self._asked
        if name == "again":
            self.told.emit("Sending again…", Tone.CALM)
            self._run(
                lambda: self._session.send_again(entry_id), lambda receipts: self.told.emit(words.result(receipts), Tone.CALM), "account"
            )
        else:
            self._by_hand.add(entry_id)
            self._run(lambda: self._session.discard(entry_id), lambda _: self.told.emit("The message was given up.", Tone.CALM), "general")

    def _run(self, work: Callable[[], Result], done: Callable[[Result], None], lane: str) -> None:
        def settled(result: Result) -> None:
            done(result)
            self.refresh()

        self._background.run(self, work, settled, self._fail, lane)

    def _fail(self, error: Exception) -> None:
        self._form.refreshButton.setEnabled(True)
        self.told.emit(words.failure(error), Tone.DANGER)
