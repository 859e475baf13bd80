"""What stands in the one bar of the compose window: the worst doubt about a recipient, what a rule advises, or the finding that was asked about.

Each has buttons that repair it, the repairing one first; the key of `repair` presses that one. Answers are recorded: one that changes the
recipients at once, one that keeps them with the message.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from securemail_desktop.audit.feedback import FeedbackRecord, shape_of
from securemail_desktop.gui import words
from securemail_desktop.gui.answer_log import AnswerLog
from securemail_desktop.gui.draft_editor import DraftEditor
from securemail_desktop.gui.notice_bar import DISMISS, NoticeBar
from securemail_desktop.gui.places import Place
from securemail_desktop.gui.reminder import forgotten_attachment
from securemail_desktop.gui.tones import Tone
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import Answer, Question, Review
from securemail_desktop.session.preferences import Preferences, may_be_kept
from securemail_desktop.store.errors import StoreError

OK, AGAIN = ("OK", DISMISS), "again"
KEEP, KEEP_ON, REMEMBERED = "keep", "keep-on", "remembered"
REMOVED = "[removed]"
# What the author read when he answered: another sentence, a louder one, or one about patient data is another question.
_Asked = tuple[str, str, Tier, str, bool]
_REPAIRS = ("replace:", "bcc", "remove")


class Doubts(QObject):
    """The bar of one draft; `emptied` after an answer by a button that leaves nothing to show, `recheck_wanted` asks for another review."""

    emptied = Signal()
    recheck_wanted = Signal()

    def __init__(self, bar: NoticeBar, editor: DraftEditor, preferences: Preferences, log: AnswerLog, parent: QObject) -> None:
        """Show in the bar, repair in the editor."""
        super().__init__(parent)
        self._bar, self._editor, self._preferences, self._log = bar, editor, preferences, log
        self._answers: dict[_Asked, Answer] = {}
        self._read: set[str] = set()
        self._review: Review | None = None
        self._concern: Concern | None = None
        self._place: Place | None = None
        self._said = ""
        self._troubles: dict[str, str] = {}
        bar.chosen.connect(self._choose)

    def show(self, review: Review) -> None:
        """Show the worst that a review says, unless it was answered."""
        self._review = review
        self._show()

    def trouble(self, source: str, text: str) -> None:
        """Show before all else that something is wrong with the draft itself, until OK or an empty text; one sentence a source."""
        if text != self._troubles.get(source, ""):
            self._troubles[source] = text
            self._read.discard(text)
            self._show()

    def say(self, text: str, tone: Tone = Tone.CAUTION) -> None:
        """Show a sentence until the next review or OK."""
        self._concern, self._place, self._said = None, None, text
        self._bar.say(text, (OK,), tone=tone)

    def unchecked(self, text: str) -> None:
        """Say that the message could not be checked, with the way to try again."""
        self._concern, self._place, self._said = None, None, text
        self._bar.say(text, [("Check again", AGAIN)], tone=Tone.DANGER)

    def explain(self, place: Place) -> None:
        """Show why a place is marked, and what can be done about it."""
        self._concern, self._place = None, place
        choices = ((f"Replace “{words.short(place.text)}” by {REMOVED}", "redact"), ("Not patient data", "report"), OK)
        self._bar.say(place.span.tip, choices, tone=place.span.tone, repair=True)

    def repair(self) -> bool:
        """Press the repairing button; return False where none is shown."""
        return self._bar.press_repair()

    def choices(self, concern: Concern) -> list[tuple[str, str]]:
        """Return (label, value) of what can be done about a doubt, repairing ones first; a doubt of tier SHEET is kept at Send only."""
        question = Question("", concern.tier, concern.check, concern.recipient, concern.message, concern.choices)
        known = {o.recipient.address.key: words.spec(o.recipient.address) for o in (self._review.outlooks if self._review else ())}
        address = known.get(concern.recipient, "")
        repairs = sorted((c for c in concern.choices if _rank(c) < len(_REPAIRS)), key=_rank)
        shown = [(words.choice_label(c, question, address), c) for c in repairs]
        if KEEP in concern.choices and concern.tier is not Tier.SHEET:
            shown.append(("It’s right", KEEP))
            if self._review is not None and may_be_kept(self._review, concern):
                shown.append(("Right for 30 days", KEEP_ON))
        return shown

    def answer(self, concern: Concern, choice: str, shown_ms: int = 0) -> None:
        """Carry out what the author chose about a doubt, and record it."""
        review = self._review
        if review is None:
            return
        given = Answer(choice, shown_ms=shown_ms)
        if self._editor.apply(choice, concern.recipient):
            self._log.attempt(review, {concern_id(concern): given})
            return
        self._answers[_asked(review, concern)] = given
        self._show()
        if choice == KEEP_ON:
            self._keep_on(review, concern)

    def _keep_on(self, review: Review, concern: Concern) -> None:
        try:
            self._preferences.decide(review, concern)
        except StoreError as error:
            self.say(f"It counts for this message, but could not be kept for 30 days. {words.failure(error)}")

    def answers(self) -> Mapping[str, Answer]:
        """Return the answers to doubts of the last review that keep its recipients: they go into the record of the message.

        What the sheet asks is answered there only: a doubt that was waved through before the message held patient data is asked again.
        """
        review = self._review
        quiet = [c for c in review.concerns if c.tier is not Tier.SHEET] if review else []
        return {concern_id(c): self._answers[key] for c in quiet if review and (key := _asked(review, c)) in self._answers}

    def _show(self) -> None:
        self._place = None
        trouble = next((text for text in self._troubles.values() if text and text not in self._read), "")
        if trouble:
            self.say(trouble, Tone.DANGER)
            return
        pending = self._pending(self._review) if self._review else []
        self._concern = pending[0] if pending else None
        if self._concern is not None:
            self._bar.say(self._concern.message, self.choices(self._concern), len(pending) - 1, repair=True)
        else:
            self._show_tips(self._review)

    def _show_tips(self, review: Review | None) -> None:
        questions = review.questions if review else ()
        beyond = [f"{q.message} This can’t be answered here: the message will be held." for q in questions if not q.answerable]
        said = (*beyond, *review.decision.tips, forgotten_attachment(review.draft)) if review else ()
        tips = [text for text in said if text and text not in self._read]
        self._said = tips[0] if tips else ""
        if tips:
            self._bar.say(self._said, (OK,), len(tips) - 1, Tone.CAUTION if beyond else Tone.CALM)
        else:
            self._bar.clear()

    def _pending(self, review: Review) -> list[Concern]:
        loud = sorted((c for c in review.concerns if c.tier in {Tier.BAR, Tier.SHEET}), key=lambda c: (c.tier, -c.risk))
        for concern in loud:
            if concern.tier is Tier.BAR and self._preferences.decided(review, concern) is not None:
                self._answers.setdefault(_asked(review, concern), Answer(REMEMBERED))
        return [c for c in loud if _asked(review, c) not in self._answers and self.choices(c)]

    def _choose(self, value: str) -> None:
        concern, place, shown_ms, by_button = self._concern, self._place, self._bar.shown_ms(), self._bar.has_keyboard()
        self._bar.clear()
        if value == AGAIN:
            self.recheck_wanted.emit()
        elif concern is not None:
            self.answer(concern, value, shown_ms)
        elif place is not None:
            self._answer_place(place, value)
        else:
            self._read.add(self._said)
            self._show()
        if by_button and self._bar.isHidden():
            self.emptied.emit()

    def _answer_place(self, place: Place, value: str) -> None:
        if value == "redact":
            place.replace(REMOVED)
        elif value == "report":
            self._log.mistake(FeedbackRecord(place.span.detector, place.span.kind, place.field, shape_of(place.text)))
            self.say("Reported: your administrator sees which rule was wrong and the shape of the text, not the text.", Tone.CALM)
        else:
            self._show()


def _asked(review: Review, concern: Concern) -> _Asked:
    return concern.check, concern.recipient, concern.tier, concern.message, review.scan.phi


def _rank(choice: str) -> int:
    return next((n for n, prefix in enumerate(_REPAIRS) if choice.startswith(prefix)), len(_REPAIRS))
