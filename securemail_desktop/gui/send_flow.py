"""From the Send button to the receipts: check, ask, hold for Undo, send. The compose window shows the steps and changes none of them.

    WRITING -> CHECKING -> ASKING -> HOLDING -> SENDING -> DONE
       ^___________|__________|_________|__________|

Answers on the sheet are given for one press of Send only: who goes back to the draft is asked again. An answer that changes the recipients
changes the draft, and the changed draft is reviewed before anything else happens.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.live_review import LiveReview
from securemail_desktop.sending.state import Answer, Question, Receipt, Review, Verdict

CHANNEL = "window"
TICK_MS = 100


class Step(StrEnum):
    """Where the message is on its way."""

    WRITING = "writing"
    CHECKING = "checking"
    ASKING = "asking"
    HOLDING = "holding"
    SENDING = "sending"
    DONE = "done"


class SendFlow(QObject):
    """The way of one message.

    `stepped` is emitted after each change of `step`; `asked` carries (review, question, the questions beneath it); `refused` a review whose
    message policy blocks; `ticked` the seconds left of `whole` for Undo; `sent` the receipts; `failed` an error, the draft is then as it was;
    `overtaken` says that the draft was changed during the hold, by a file that was still being read for instance: it is not sent.
    """

    stepped = Signal()
    asked = Signal(object)
    refused = Signal(object)
    ticked = Signal(float)
    sent = Signal(object)
    failed = Signal(object)
    overtaken = Signal()

    def __init__(
        self,
        live: LiveReview,
        send: Callable[[Review, Mapping[str, Answer], str], tuple[Receipt, ...]],
        background: Background,
        undo: timedelta,
        parent: QObject,
    ) -> None:
        """Send what `live` reviews, by `send`, not before `undo` (policy may ask for longer) has passed."""
        super().__init__(parent)
        self._live, self._send, self._background, self._undo = live, send, background, undo
        self.step = Step.WRITING
        self._answers: dict[str, Answer] = {}
        self._review: Review | None = None
        self.whole = self._left = 0.0
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)
        live.ready.connect(self._reviewed)
        live.failed.connect(self._fail_checking)

    def start(self, answers: Mapping[str, Answer]) -> None:
        """Begin at the press of Send, with what was answered while writing."""
        if self.step == Step.WRITING:
            self._answers = dict(answers)
            self._check()

    def answer(self, question: Question, answer: Answer) -> None:
        """Take the author's answer to the question that was asked last; go on with the next or send."""
        if self.step == Step.ASKING and self._review is not None and self._is_overtaken(self._review):
            self._answers = {}  # they are about another text
            self._check()
        elif self.step == Step.ASKING and self._review is not None:
            self._answers[question.id] = answer
            self._go_on(self._review)

    def recheck(self) -> None:
        """Go on after an answer that changed the draft."""
        if self.step == Step.ASKING:
            self._check()

    def back(self) -> None:
        """Return to the draft: from a question, or by Undo while the message is held."""
        if self.step in {Step.ASKING, Step.HOLDING, Step.CHECKING}:
            self._clock.stop()
            self._to(Step.WRITING)

    def send_now(self) -> None:
        """End the hold."""
        if self.step == Step.HOLDING:
            self._left = 0.0
            self._tick()

    def _check(self) -> None:
        self._to(Step.CHECKING)
        if self._live.current is not None:
            self._reviewed(self._live.current)
        else:
            self._live.now()

    def _reviewed(self, review: Review) -> None:
        if self.step != Step.CHECKING or review.reading:
            return  # the review after the reading goes on
        self._review = review
        if any(outlook.verdict == Verdict.BLOCKED for outlook in review.outlooks):
            self._to(Step.ASKING)
            self.refused.emit(review)
        else:
            self._go_on(review)

    def _go_on(self, review: Review) -> None:
        open_questions = [q for q in review.questions if q.answerable and q.id not in self._answers]
        if open_questions:
            self._to(Step.ASKING)
            self.asked.emit((review, open_questions[0], tuple(open_questions[1:])))
            return
        self.whole = self._left = max(self._undo, review.decision.hold).total_seconds()
        self._to(Step.HOLDING)
        if self._left > 0:
            self.ticked.emit(self._left)
            self._clock.start()
        else:
            self._tick()

    def _tick(self) -> None:
        self._left -= TICK_MS / 1000
        if self._left > 0:
            self.ticked.emit(self._left)
            return
        self._clock.stop()
        if self.step == Step.HOLDING and self._review is not None and self._is_overtaken(self._review):
            self._to(Step.WRITING)
            self.overtaken.emit()
        elif self.step == Step.HOLDING and self._review is not None:
            review, answers = self._review, dict(self._answers)
            self._to(Step.SENDING)
            self._background.run(self, lambda: self._send(review, answers, CHANNEL), self._done, self._fail_sending, "account")

    def _is_overtaken(self, review: Review) -> bool:
        """Tell whether the draft is another one now than the reviewed one."""
        return self._live.current is None or self._live.current.draft != review.draft

    def _done(self, receipts: tuple[Receipt, ...]) -> None:
        self._to(Step.DONE)
        self.sent.emit(receipts)

    def _fail_checking(self, error: Exception) -> None:
        if self.step == Step.CHECKING:
            self._fail_sending(error)

    def _fail_sending(self, error: Exception) -> None:
        self._to(Step.WRITING)
        self.failed.emit(error)

    def _to(self, step: Step) -> None:
        self.step = step
        self.stepped.emit()
