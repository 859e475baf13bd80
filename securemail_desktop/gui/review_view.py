"""Shows a review in the compose window: chips, marks, attachment notes, the one bar, the line beside the Send button."""

from collections import defaultdict

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleEvent

from securemail_desktop.gui import words
from securemail_desktop.gui.compose_form import ComposeForm
from securemail_desktop.gui.draft_editor import DraftEditor
from securemail_desktop.gui.findings import attachment_notes, spans_of
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.reminder import forgotten_attachment
from securemail_desktop.gui.tones import Tone
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Question, Review

NOTHING_YET = "Here you will see how each copy travels"
_REPAIRS = ("replace:", "bcc", "remove", "keep")


class ReviewView(QObject):
    """The view of one draft's reviews."""

    def __init__(self, form: ComposeForm, editor: DraftEditor, look: Look, parent: QObject) -> None:
        """Show in the form's widgets."""
        super().__init__(parent)
        self._form, self._editor, self._look = form, editor, look
        self._kept: set[tuple[str, str]] = set()
        self._review: Review | None = None
        self._concern: Concern | None = None
        self._said = self._trouble = ""
        self._verdict = ""
        form.bar.set_up(look)
        form.bar.chosen.connect(self._choose)
        self._line("info", Tone.CALM, NOTHING_YET)

    def show(self, review: Review) -> None:
        """Show what is known now."""
        self._review = review
        concerns: dict[str, tuple[Concern, ...]] = defaultdict(tuple)
        for concern in review.concerns:
            concerns[concern.recipient] += (concern,)
        outlooks = {outlook.recipient.address.key: outlook for outlook in review.outlooks}
        for field in self._editor.fields.values():
            field.show_review(outlooks, concerns)
        self._form.body.mark(spans_of(review, "body", self._form.body.toPlainText()))
        self._form.subject.mark(spans_of(review, "subject", self._form.subject.text()), self._look)
        self._editor.files.note(attachment_notes(review))
        self._show_bar(review)
        self._show_verdict(review)

    def fail(self, error: Exception) -> None:
        """Show that checking failed: nothing is sent unchecked."""
        self._line("warning", Tone.DANGER, f"This message could not be checked, so it can’t be sent. {words.failure(error)}")

    def say(self, text: str, tone: Tone = Tone.CAUTION) -> None:
        """Show a sentence in the bar until the next review or OK."""
        self._concern, self._said = None, text
        self._form.bar.say(text, [("OK", "dismiss")], tone=tone)

    def trouble(self, text: str) -> None:
        """Show first in the bar that something is wrong with the draft itself, until OK or an empty text."""
        if text != self._trouble:
            self._kept.discard(("tip", self._trouble))
            self._trouble = text
            self._show_bar(self._review)

    def tell(self, text: str) -> None:
        """Show an explanation beside the Send button."""
        if text:
            self._line("info", Tone.CALM, text.replace("\n", " "))

    def _show_bar(self, review: Review | None) -> None:
        if self._trouble and ("tip", self._trouble) not in self._kept:
            self.say(self._trouble, Tone.DANGER)
            return
        concerns = review.concerns if review else ()
        pending = [c for c in sorted(concerns, key=lambda c: -c.risk) if c.tier == Tier.BAR and (c.check, c.recipient) not in self._kept]
        self._concern = pending[0] if pending else None
        if self._concern is not None:
            self._form.bar.say(self._concern.message, self._buttons(self._concern), more=len(pending) - 1)
        else:
            self._show_tips(review)

    def _show_tips(self, review: Review | None) -> None:
        beyond = [
            f"{q.message} This can’t be answered here: the message will be held."
            for q in (review.questions if review else ())
            if not q.answerable
        ]
        said = (*beyond, *review.decision.tips, forgotten_attachment(review.draft)) if review else ()
        tips = [text for text in said if text and ("tip", text) not in self._kept]
        self._said = tips[0] if tips else ""
        if tips:
            self._form.bar.say(self._said, [("OK", "dismiss")], more=len(tips) - 1, tone=Tone.CAUTION if beyond else Tone.CALM)
        else:
            self._form.bar.clear()

    def _buttons(self, concern: Concern) -> list[tuple[str, str]]:
        question = Question("", concern.tier, concern.check, concern.recipient, concern.message, concern.choices)
        known = {o.recipient.address.key: words.spec(o.recipient.address) for o in (self._review.outlooks if self._review else ())}
        ranked = sorted(concern.choices, key=lambda c: next((n for n, p in enumerate(_REPAIRS) if c.startswith(p)), len(_REPAIRS)))
        address = known.get(concern.recipient, "")
        return [(("It’s right" if c == "keep" else words.choice_label(c, question, address)), c) for c in ranked]

    def _choose(self, value: str) -> None:
        if self._concern is None:
            self._kept.add(("tip", self._said))
        elif not self._editor.apply(value, self._concern.recipient):
            self._kept.add((self._concern.check, self._concern.recipient))
        self._form.bar.clear()
        if value in {"keep", "dismiss"}:
            self._show_bar(self._review)
        if self._form.bar.isHidden():
            self._form.body.setFocus()

    def _show_verdict(self, review: Review) -> None:
        self._form.sendButton.setText(words.send_label(review))
        verdict = words.worst(review)
        icon, tone = words.VERDICT_ICONS[verdict]
        if not review.outlooks:
            icon, tone = ("info", Tone.CALM)
        reason = words.visible(review.scan.reason) if review.scan.phi else ""
        line = words.summary(review) or NOTHING_YET
        self._line(icon, tone, "\n".join(filter(None, [line, reason])))
        if verdict.value != self._verdict:
            self._verdict = verdict.value
            QAccessible.updateAccessibility(QAccessibleEvent(self._form.verdictText, QAccessible.Event.Alert))

    def _line(self, icon: str, tone: Tone, text: str) -> None:
        self._form.verdictText.setText(text)
        self._form.verdictText.setAccessibleName(text)
        self._form.verdictIcon.setVisible(bool(text))
        self._look.mark(self._form.verdictIcon, icon, tone.value)
