"""What is asked on the sheet between the press of Send and the hold, and what becomes of the answers.

An answer that changes the recipients changes the draft, is recorded at once and leads to a new review; one that keeps them goes with the
message; going back is recorded too.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from securemail_desktop.gui.answer_log import AnswerLog
from securemail_desktop.gui.asking import blocked_sheet, question_sheet
from securemail_desktop.gui.draft_editor import DraftEditor
from securemail_desktop.gui.send_flow import SendFlow, Step
from securemail_desktop.gui.sheet import Chosen, Sheet
from securemail_desktop.sending.attempt import BACK
from securemail_desktop.sending.state import BLOCK, Answer, Question, Review, Verdict


class SendQuestions(QObject):
    """The questions of one window; other questions on the same sheet are none of its business."""

    def __init__(self, flow: SendFlow, sheet: Sheet, editor: DraftEditor, log: AnswerLog, parent: QObject) -> None:
        """Ask on the sheet what the flow asks."""
        super().__init__(parent)
        self._flow, self._sheet, self._editor, self._log = flow, sheet, editor, log
        self._open: tuple[Review, Question | None] | None = None
        flow.asked.connect(self._ask)
        flow.refused.connect(self._refuse)
        sheet.chosen.connect(self._chosen)
        sheet.rejected.connect(self._back)

    def withdraw(self) -> None:
        """Take the press of Send back, whether it is still being checked or something is being asked: the window is to be closed."""
        self._back()
        self._flow.back()

    def _ask(self, asked: tuple[Review, Question, Sequence[Question]]) -> None:
        review, question, others = asked
        self._open = (review, question)
        self._sheet.ask(question_sheet(review, question, tuple(others)))

    def _refuse(self, review: Review) -> None:
        self._open = (review, None)
        self._sheet.ask(blocked_sheet(review))

    def _chosen(self, chosen: Chosen) -> None:
        if self._open is None:
            return
        (review, question), self._open = self._open, None
        answer = Answer(chosen.value, chosen.reason, chosen.shown_ms)
        if question is None:
            self._log.attempt(review, {BLOCK: answer})
            self._take_out_blocked(review)
            self._flow.recheck()
        elif self._editor.apply(chosen.value, question.recipient):
            self._log.attempt(review, {question.id: answer})
            self._flow.recheck()
        else:
            self._flow.answer(question, answer)

    def _back(self) -> None:
        if self._open is None:
            return
        (review, question), self._open = self._open, None
        self._log.attempt(review, {question.id if question else BLOCK: Answer(BACK, shown_ms=self._sheet.shown_ms())})
        if self._flow.step == Step.ASKING:
            self._flow.back()

    def _take_out_blocked(self, review: Review) -> None:
        for outlook in review.outlooks:
            if outlook.verdict == Verdict.BLOCKED:
                self._editor.apply("remove", outlook.recipient.address.key)
