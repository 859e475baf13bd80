"""Shows a review in the compose window: chips, marks, attachment notes, the bar, the line beside the Send button."""

from collections import defaultdict
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from securemail_desktop.gui import words
from securemail_desktop.gui.compose_form import ComposeForm
from securemail_desktop.gui.doubts import Doubts
from securemail_desktop.gui.draft_editor import DraftEditor
from securemail_desktop.gui.findings import attachment_notes, marks_of
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.news import news
from securemail_desktop.gui.tones import Tone
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Review
from securemail_desktop.session.preferences import Preferences

NOTHING_YET = "Here you will see how each copy travels"


class ReviewView(QObject):
    """The view of one draft's reviews."""

    def __init__(
        self, form: ComposeForm, editor: DraftEditor, doubts: Doubts, preferences: Preferences, look: Look, parent: QObject
    ) -> None:
        """Show in the form's widgets."""
        super().__init__(parent)
        self._form, self._editor, self._doubts, self._preferences, self._look = form, editor, doubts, preferences, look
        self._review: Review | None = None
        form.bar.set_up(look)
        self._line("info", Tone.CALM, NOTHING_YET)

    def show(self, review: Review) -> None:
        """Show what is known now, and announce what has changed."""
        concerns: dict[str, tuple[Concern, ...]] = defaultdict(tuple)
        for concern in review.concerns:
            concerns[concern.recipient] += (self._with_decision(review, concern),)
        outlooks = {outlook.recipient.address.key: outlook for outlook in review.outlooks}
        for field in self._editor.fields.values():
            field.show_review(outlooks, concerns)
        self._form.body.mark(marks_of(review, "body", self._form.body.toPlainText()))
        self._form.subject.mark(marks_of(review, "subject", self._form.subject.text()).all(), self._look)
        self._editor.files.note(attachment_notes(review))
        self._doubts.show(review)
        self._show_verdict(review)
        if said := news(self._review, review):
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._form.verdictText, said))
        self._review = review

    def fail(self, error: Exception) -> None:
        """Show that checking failed: nothing is sent unchecked."""
        text = f"This message could not be checked, so it can’t be sent. {words.failure(error)}"
        self._line("warning", Tone.DANGER, text)
        self._doubts.unchecked(text)
        for field in self._editor.fields.values():
            field.show_unchecked()

    def _with_decision(self, review: Review, concern: Concern) -> Concern:
        made = self._preferences.decided(review, concern)
        if made is None:
            return concern
        until = made.until.astimezone().strftime("%d %b %Y")
        return replace(concern, message=f"{concern.message} You said that it is right; this holds until {until}.")

    def _show_verdict(self, review: Review) -> None:
        self._form.sendButton.setText(words.send_label(review))
        verdict = words.worst(review)
        icon, tone = words.VERDICT_ICONS[verdict]
        if not review.outlooks:
            icon, tone = ("info", Tone.CALM)
        reason = words.visible(review.scan.reason) if review.scan.phi else ""
        line = words.summary(review) or NOTHING_YET
        self._line(icon, tone, "\n".join(filter(None, [line, reason, _quiet(review)])))

    def _line(self, icon: str, tone: Tone, text: str) -> None:
        self._form.verdictText.setText(text)
        self._form.verdictText.setAccessibleName(text)
        self._form.verdictIcon.setVisible(bool(text))
        self._look.mark(self._form.verdictIcon, icon, tone.value)


def _quiet(review: Review) -> str:
    """Return what is said quietly of the whole message: it has no chip to stand on."""
    said = (words.visible(c.message) for c in review.concerns if c.tier is Tier.CHIP and not c.recipient)
    return next(said, "")
