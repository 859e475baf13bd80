"""The second look right before delivery: whatever got weaker since the author decided holds the message."""

from securemail_desktop.encryption.method import LEVELS
from securemail_desktop.sending.approval import answers_question
from securemail_desktop.sending.state import Approved, Outlook, Review, Verdict


def objection(approved: Approved, again: Review) -> str:
    """Return why the message must not go as it was approved, one sentence, or empty."""
    blocked = next((o for o in again.outlooks if o.verdict is Verdict.BLOCKED), None)
    if blocked is not None:
        return blocked.reason
    if not again.outlooks:
        return "The message has no recipient."
    open_question = next((q for q in again.questions if not answers_question(q, approved.answers.get(q.id))), None)
    if open_question is not None:
        return open_question.message
    return next(filter(None, map(_weakened, approved.review.outlooks, again.outlooks)), "")


def _weakened(before: Outlook, now: Outlook) -> str:
    if before.recipient != now.recipient:
        return "The recipients changed after the message was checked."
    if before.verdict is Verdict.PROTECTED and LEVELS[now.method] < LEVELS[before.method] and now.verdict is not Verdict.HELD:
        return f"{now.recipient.address.spec} can no longer be reached as safely as when the message was checked."
    return ""
