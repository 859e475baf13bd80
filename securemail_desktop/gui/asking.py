"""What the sheet asks at Send: questions of a review in words. Pure."""

from securemail_desktop.gui import words
from securemail_desktop.gui.sheet import Choice, Question
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import parse_address
from securemail_desktop.sending.state import Question as Open
from securemail_desktop.sending.state import Review, Verdict

_REPLACE = "replace:"


def question_sheet(review: Review, question: Open, others: tuple[Open, ...]) -> Question:
    """Return the sheet of one question: the consequence in the title, why beneath, the safe choices first."""
    address = _shown_address(review, question.recipient)
    alone = len(review.outlooks) == 1
    offered = [c for c in sorted(question.choices, key=_rank) if not (c == "remove" and alone)]
    choices = tuple(Choice(words.choice_label(c, question, address), c, words.is_safe(c)) for c in offered)
    meant = next((c.removeprefix(_REPLACE) for c in question.choices if c.startswith(_REPLACE)), "")
    return Question(
        title=words.title(review, question),
        message=question.message,
        choices=choices,
        compare=(address, words.spec(parse_address(meant))) if meant else ("", ""),
        others=tuple(other.message for other in others),
        min_reason=question.min_reason,
    )


def blocked_sheet(review: Review) -> Question:
    """Return the sheet of a message that policy forbids: send without those whom it concerns, or go back."""
    blocked = [o for o in review.outlooks if o.verdict == Verdict.BLOCKED]
    names = [words.spec(o.recipient.address) for o in blocked]
    shown = words.listed(names) if len(names) <= 3 else f"{len(names)} recipients"
    others = len(review.outlooks) > len(blocked)
    return Question(
        title=f"{_capital(words.burden(review))} can’t go to {shown}",
        message="\n".join(dict.fromkeys(words.outcome(o) for o in blocked)),
        choices=(Choice(f"Send without {shown}", "without", safe=True),) if others else (),
        icon="blocked",
        tone=Tone.DANGER,
    )


def _rank(choice: str) -> int:
    order = (choice.startswith(_REPLACE), choice == "bcc", choice == "remove", True)
    return order.index(True)


def _shown_address(review: Review, key: str) -> str:
    return next((words.spec(o.recipient.address) for o in review.outlooks if o.recipient.address.key == key), "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
