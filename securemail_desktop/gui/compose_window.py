"""The compose window: write, see at every recipient what will happen, repair by one press, send, undo, read what became of it.

It decides nothing: reviews come from `LiveReview`, the way to the receipts is `SendFlow`. Its title holds nothing of the message.
"""

from datetime import timedelta
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.answer_log import AnswerLog
from securemail_desktop.gui.attaching import is_picture, local_files
from securemail_desktop.gui.autosave import Autosave
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.closing import Closing
from securemail_desktop.gui.compose_form import load_compose
from securemail_desktop.gui.doubts import Doubts
from securemail_desktop.gui.draft_editor import DraftEditor
from securemail_desktop.gui.key_look_up import KeyLookUp
from securemail_desktop.gui.live_review import LiveReview
from securemail_desktop.gui.look import SMALLEST, Look, by_letters
from securemail_desktop.gui.places import Places
from securemail_desktop.gui.receipt_model import ReceiptModel
from securemail_desktop.gui.recipient_field import RecipientField
from securemail_desktop.gui.review_view import ReviewView
from securemail_desktop.gui.row_delegate import RowDelegate
from securemail_desktop.gui.save_note import SaveNote
from securemail_desktop.gui.send_flow import SendFlow, Step
from securemail_desktop.gui.send_questions import SendQuestions
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.sheet import Chosen, Sheet
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.text_room import TextRoom
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.draft import AddressField, Draft
from securemail_desktop.sending.state import Receipt, State, Verdict

TITLE = "New message – SecureMail"
NARROW = 620


class ComposeWindow(QWidget):
    """One message. `sent` carries the receipts, `outbox_wanted` asks for the outbox; the window deletes itself when it is closed.

    `settled` is emitted when sending has ended, well or not; `stayed` when the author goes back to the draft from a question.
    """

    sent = Signal(object)
    settled = Signal()
    outbox_wanted = Signal()
    stayed = Signal()

    def __init__(self, session: SessionPort, draft: Draft, look: Look, background: Background, undo: timedelta) -> None:
        """Show a draft; nothing goes before `undo` has passed."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self._session, self._look, self._background = session, look, background
        self._is_covered = self._is_wanted = False
        self._form = load_compose(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form.root)
        self._editor = DraftEditor(self._form, look, background, session.accounts, session.preferences.signature, self)
        self._live = LiveReview(self._editor.draft, session.review, session.read_attachments, session.drop_review, background, self)
        self._look_up = KeyLookUp(session.keys, self._live.now, background, self)
        self._autosave = Autosave(self._editor.to_keep, session.drafts, background, self)
        self._closing = Closing(self._editor, self._autosave, self)
        self._flow = SendFlow(self._live, self._autosave.handing_over(session.send), background, undo, self)
        self._sheet = Sheet(self, look)
        self._log = AnswerLog(session, background, self)
        self._questions = SendQuestions(self._flow, self._sheet, self._editor, self._log, self)
        self._doubts = Doubts(self._form.bar, self._editor, session.preferences, self._log, self)
        self._view = ReviewView(self._form, self._editor, self._doubts, session.preferences, look, self)
        self._note = SaveNote(self._form.savedText, self._doubts, self._autosave, self)
        self._places = Places(self._form.subject, self._form.body, self)
        self._receipts = ReceiptModel(self)
        self._form.receipts.setModel(self._receipts)
        self._form.receipts.setItemDelegate(RowDelegate(look, self))
        self._form.body.set_up(look)
        self._room = TextRoom(self._form.writingScroll, self._form.body)
        self._connect()
        self._load(draft)
        look.dress(self)
        self.setMinimumSize(SMALLEST)
        self.resize(820, 700)
        self._show_step()
        (self._form.body if draft.recipients and draft.subject else self._form.to).setFocus()

    def _load(self, draft: Draft) -> None:
        self._editor.load(draft)
        self._autosave.load(self._editor.to_keep())

    def send(self) -> None:
        """Do what the Send button does."""
        if self._flow.step != Step.WRITING:
            return
        wrong = self._editor.commit()
        if wrong is not None:
            wrong.setFocus()
        elif self._editor.attaching.is_reading():
            self._doubts.say("A file is still being read. Send again when it is attached.")
        elif not self._editor.draft().recipients:
            self._doubts.say("Who should get this message? Add a recipient first.")
            self._form.to.setFocus()
        else:
            self._flow.start(self._doubts.answers())

    def writes(self, message_id: str) -> bool:
        """Tell whether this window writes the message of this Message-ID."""
        return self._flow.step != Step.DONE and self._editor.draft().message_id == message_id

    def is_under_way(self) -> bool:
        """Tell whether the message is held for Undo or being handed over."""
        return self._flow.step in {Step.HOLDING, Step.SENDING}

    def is_sending(self) -> bool:
        """Tell whether the message is being handed over right now."""
        return self._flow.step == Step.SENDING

    def is_saving(self) -> bool:
        """Tell whether what was written is on its way to the drafts."""
        return self._autosave.is_saving

    def cover(self) -> None:
        """Hide for a lock: the undo hold ends and the message goes, what is being checked is a draft again, what was written is kept."""
        self._flow.send_now()
        if self._flow.step == Step.CHECKING:
            self._flow.back()
        if self._flow.step in {Step.WRITING, Step.ASKING}:
            self._autosave.now()
        self._is_covered, self._is_wanted = True, self.isVisible()
        self.hide()

    def review_again(self) -> None:
        """Review what is written once more: another policy holds."""
        self._live.touch()

    def uncover(self) -> None:
        """Show again what was open, and what wanted to be shown meanwhile."""
        self._is_covered = False
        self._live.touch()
        if self._is_wanted:
            self.show()

    def show(self) -> None:
        """Show the window, after unlocking where it is covered."""
        self._is_wanted = True
        if not self._is_covered:
            self._lay_out_hidden()
            super().show()

    def _lay_out_hidden(self) -> None:
        """Lay out before anything is seen: lists of recipients take their height once they have their width, and leave theirs after it."""
        if not self.isVisible():
            for _ in range(2):
                self.grab(QRect(0, 0, 1, 1))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the buttons beneath the verdict where it is narrow."""
        super().resizeEvent(event)
        self._arrange_footer()

    def _arrange_footer(self) -> None:
        width = self.width()
        buttons = self._form.footer.findChild(QBoxLayout, "buttonRow")
        narrow = by_letters(NARROW, self.font())
        for layout, least in ((self._form.footer.layout(), narrow), (buttons, self._narrowest_row())):
            if isinstance(layout, QBoxLayout):
                layout.setDirection(QBoxLayout.Direction.TopToBottom if width < least else QBoxLayout.Direction.LeftToRight)

    def _narrowest_row(self) -> int:
        """Return the width in pixels that the buttons beside each other need, with the space about them."""
        note = self._form.savedText
        shown = [*([note] if note.text() else []), self._form.attachButton, self._form.sendButton]
        return 60 + sum(widget.sizeHint().width() + 10 for widget in shown)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and pictures while the message is written."""
        if self._flow.step == Step.WRITING and (local_files(event.mimeData()) or is_picture(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Attach what is dropped."""
        if self._flow.step == Step.WRITING and self._editor.attaching.take(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Lose nothing: a held message goes at once, one that is being sent goes on without the window, a draft is kept or discarded.

        What is still being checked or asked about is a draft again: no other question may end up as an answer that sends it.
        """
        if self._flow.step == Step.HOLDING:
            self._flow.send_now()
        if self._flow.step in {Step.CHECKING, Step.ASKING}:
            self._questions.withdraw()
        if self._flow.step == Step.SENDING:
            self.hide()
            event.ignore()
        elif self._flow.step != Step.DONE and not self._closing.may_close():
            event.ignore()
            self._sheet.ask(self._closing.question())
        else:
            event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Remove the current attachment by key."""
        if event.type() == QEvent.Type.KeyPress and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:  # type: ignore[attr-defined]
            self._editor.attaching.detach()
            return True
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        form = self._form
        self._editor.changed.connect(self._live.touch)
        self._editor.attaching.told.connect(partial(self._doubts.trouble, "files"))
        self._editor.changed.connect(self._autosave.touch)
        self._editor.changed.connect(self._note.clear)
        self._note.said.connect(self._arrange_footer)
        self._closing.settled.connect(self.close)
        self._live.ready.connect(self._view.show)
        self._live.ready.connect(self._look_up.take)
        self._live.failed.connect(self._view.fail)
        self._flow.stepped.connect(self._show_step)
        self._places.reached.connect(self._doubts.explain)
        self._doubts.recheck_wanted.connect(self._live.now)
        self._doubts.emptied.connect(self._form.body.setFocus)
        self._log.failed.connect(lambda error: self._doubts.say(f"This could not be recorded. {words.failure(error)}", Tone.DANGER))
        self._flow.ticked.connect(self._show_hold)
        self._flow.sent.connect(self._show_result)
        self._flow.failed.connect(self._show_failure)
        self._flow.overtaken.connect(
            lambda: self._doubts.say("Not sent: the message changed after it was checked. Look at it and send it again.")
        )
        self._sheet.chosen.connect(self._chosen)
        self._sheet.rejected.connect(self.stayed)
        for field in self._editor.fields.values():
            field.wanted.connect(partial(self._complete, field))
            field.line.textEdited.connect(self._autosave.touch)
            field.answered.connect(self._doubts.answer)
        form.attachments.installEventFilter(self)
        form.sendButton.clicked.connect(self.send)
        form.attachButton.clicked.connect(self._choose_files)
        form.undoButton.clicked.connect(self._flow.back)
        form.sendNowButton.clicked.connect(self._flow.send_now)
        form.closeButton.clicked.connect(self.close)
        form.outboxButton.clicked.connect(self._to_outbox)
        form.showCc.clicked.connect(lambda: self._add_field(AddressField.CC))
        form.showBcc.clicked.connect(lambda: self._add_field(AddressField.BCC))
        self._connect_keys()

    def _connect_keys(self) -> None:
        shortcut("Ctrl+W", self, self.close, Qt.ShortcutContext.WindowShortcut)
        # One of the two at most can be used: nothing is written while the message is held.
        shortcut("Escape", self._form.hold, self._flow.back, Qt.ShortcutContext.WindowShortcut)
        shortcut("Escape", self._form.bar, self._form.bar.dismiss, Qt.ShortcutContext.WindowShortcut)
        for keys, act in (
            (("Ctrl+Return", "Ctrl+Enter"), self.send),
            (("Ctrl+Shift+A",), self._choose_files),
            (("F8",), lambda: self._places.go(1)),
            (("Shift+F8",), lambda: self._places.go(-1)),
            (("F4", "Alt+Return", "Alt+Enter"), self._repair),
        ):
            for key in keys:
                shortcut(key, self._form.root, act, Qt.ShortcutContext.WindowShortcut)  # not while a sheet asks

    def _complete(self, field: RecipientField, prefix: str) -> None:
        self._background.run(
            self, lambda: self._session.contacts(prefix), lambda found: field.offer(prefix, found), lambda _: None, "contacts"
        )

    def _add_field(self, name: AddressField) -> None:
        self._editor.show_field(name, shown=True)
        self._editor.fields[name].setFocus()

    def _choose_files(self) -> None:
        if self._flow.step == Step.WRITING:
            self._editor.attaching.choose(self)

    def _repair(self) -> None:
        """Take the most evident repair by one key: at the chip where the keyboard is, else in the bar, else at the first doubtful recipient."""
        if self._flow.step != Step.WRITING:
            return
        fields = sorted(self._editor.fields.values(), key=lambda field: not field.chips.hasFocus())
        if fields[0].chips.hasFocus() and fields[0].repair():
            return
        if not self._doubts.repair():
            next((field for field in fields if field.repair()), None)

    def _chosen(self, answer: Chosen) -> None:
        self._closing.answer(answer.value)

    def _show_step(self) -> None:
        step, form = self._flow.step, self._form
        moving = step in {Step.HOLDING, Step.SENDING}
        form.hold.setVisible(moving)
        form.footer.setVisible(not moving)
        for part in (form.header, form.bar, form.body, form.attachments):
            part.setEnabled(not moving)
        form.undoButton.setVisible(step == Step.HOLDING)
        form.sendNowButton.setVisible(step == Step.HOLDING)
        form.sendButton.setEnabled(step == Step.WRITING)
        if step == Step.HOLDING:
            self._autosave.now(unchanged=True)
            form.undoButton.setFocus()
        elif step == Step.SENDING:
            self._show_sending()
        elif step == Step.WRITING and not form.body.hasFocus():
            form.body.setFocus()

    def _show_hold(self, left: float) -> None:
        review = self._live.current
        self._form.holdProgress.setMaximum(1000)
        self._form.holdProgress.setValue(int(1000 * left / self._flow.whole))
        seconds = int(left + 0.95)
        verb = "Held for the Outbox" if review and {o.verdict for o in review.outlooks} == {Verdict.HELD} else "Sending"
        self._form.holdText.setText(f"{verb} in {seconds} second{'' if seconds == 1 else 's'}")

    def _show_sending(self) -> None:
        self._form.holdText.setText("Sending…")
        self._form.holdProgress.setMaximum(0)

    def _show_result(self, receipts: tuple[Receipt, ...]) -> None:
        self.sent.emit(receipts)
        self.settled.emit()
        states = {receipt.state for receipt in receipts}
        if states == {State.ACCEPTED}:
            self.close()
            return
        worst = max(receipts, key=lambda r: list(State).index(r.state)) if receipts else None
        icon, tone = words.STATE_ICONS[worst.state] if worst else ("pause", Tone.CAUTION)
        self._look.mark(self._form.resultIcon, icon, tone.value)
        title = "Partly sent" if State.ACCEPTED in states else (words.STATES[worst.state] if worst else "Held")
        self._form.resultTitle.setText(title)
        self._form.resultText.setText("Nothing is lost: what has not gone is in the Outbox, with its reason and what you can do.")
        self._receipts.reset(receipts)
        self._form.receipts.setCurrentIndex(self._receipts.index(0))
        self._form.pages.setCurrentWidget(self._form.resultPage)
        self._form.outboxButton.setFocus()
        self.setAccessibleDescription(words.result(receipts))
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _show_failure(self, error: Exception) -> None:
        self._doubts.say(f"Not sent. {words.failure(error)} Your draft is unchanged.", Tone.DANGER)
        self.show()
        self.settled.emit()

    def _to_outbox(self) -> None:
        self.outbox_wanted.emit()
        self.close()
