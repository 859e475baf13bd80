"""The second look right before delivery, and before every later attempt: whatever got weaker since the author decided holds the message."""

from securemail_desktop.encryption.method import LEVELS, Level, Method
from securemail_desktop.sending.approval import answers_question
from securemail_desktop.sending.state import Approved, Outlook, Review, Verdict


def objection(approved: Approved, again: Review) -> str:
    """Return why the message must not go as it was approved, one sentence, or empty."""
    blocked = next((o for o in again.outlooks if o.verdict is Verdict.BLOCKED), None)
    if blocked is not None:
        return blocked.reason
    open_question = next((q for q in again.questions if not answers_question(q, approved.answers.get(q.id))), None)
    if open_question is not None:
        return open_question.message
    return next(filter(None, map(_weakened, approved.review.outlooks, again.outlooks)), "")


def outgrown(method: Method, now: Outlook) -> str:
    """Return why a copy that was made earlier must not go as it is, one sentence, or empty.

    What is encrypted stays as safe as it was; what relies on the way, or goes in clear, must still be good enough.
    """
    if now.verdict is Verdict.BLOCKED:
        return now.reason
    if LEVELS[method] is Level.MESSAGE:
        return ""
    if now.verdict is Verdict.HELD:
        return now.reason
    if LEVELS[now.method] > LEVELS[method]:
        return f"{now.recipient.address.spec} needs more protection now than when the message was sent: try again."
    return ""


def _weakened(before: Outlook, now: Outlook) -> str:
    if before.recipient != now.recipient:
        return "The recipients changed after the message was checked."
    if before.method is Method.NONE and now.method is Method.CLEAR:
        return f"{now.recipient.address.spec} would now get it without protection: open it to decide."
    if before.verdict is Verdict.PROTECTED and LEVELS[now.method] < LEVELS[before.method] and now.verdict is not Verdict.HELD:
        return f"{now.recipient.address.spec} can no longer be reached as safely as when the message was checked: open it to decide."
    return ""
