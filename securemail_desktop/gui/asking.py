"""What the sheet asks at Send: questions of a review in words. Pure."""

from securemail_desktop.gui import words
from securemail_desktop.gui.address_compare import differing
from securemail_desktop.gui.burden import burden, title
from securemail_desktop.gui.marked_label import NO_PART
from securemail_desktop.gui.proof import Friction
from securemail_desktop.gui.sheet import Choice, Question
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.policy.decision import DemandKind
from securemail_desktop.sending.state import Question as Open
from securemail_desktop.sending.state import Review, Verdict

_REPLACE = "replace:"
WITHOUT = "without"
TYPED_RISK = 0.5  # from this probability of a mistake on, patient data asks for the domain by hand
SHORT_NAME = 30


def question_sheet(review: Review, question: Open, others: tuple[Open, ...]) -> Question:
    """Return the sheet of one question: the consequence in the title, why beneath, the safe choices first."""
    recipient = next((o.recipient.address for o in review.outlooks if o.recipient.address.key == question.recipient), None)
    shown = words.spec(recipient) if recipient else ""
    meant = next((words.spec(parse_address(c.removeprefix(_REPLACE))) for c in question.choices if c.startswith(_REPLACE)), "")
    heading = title(review, question)
    return Question(
        title=heading,
        message=question.message,
        choices=tuple(_choice(review, question, c, recipient) for c in _offered(review, question)),
        compare=(shown, meant) if shown and meant else ("", ""),
        others=tuple(other.message for other in others),
        part=_doubtful_part(heading, shown, meant),
        friction=_friction(review, question, recipient, meant),
    )


def _offered(review: Review, question: Open) -> list[str]:
    """Return the choices in order; who can be taken out can be taken out whatever is asked of him."""
    alone = len(review.outlooks) == 1
    extra = ("remove",) if question.recipient and "remove" not in question.choices else ()
    return [c for c in sorted((*question.choices, *extra), key=_rank) if not (c == "remove" and alone)]


def _choice(review: Review, question: Open, choice: str, recipient: Address | None) -> Choice:
    about = [o for o in review.outlooks if not question.recipient or o.recipient.address.key == question.recipient]
    verdicts = {o.verdict for o in about}
    goes = verdicts.pop() if len(verdicts) == 1 else Verdict.SEND
    address = words.spec(recipient) if recipient else ""
    names = [words.visible(o.recipient.address.name) for o in review.outlooks]
    name = words.visible(recipient.name) if recipient else ""
    short = name if len(name) <= SHORT_NAME and names.count(name) == 1 else ""
    label = words.choice_label(choice, question, address, name=short, goes=goes)
    spoken = words.choice_label(choice, question, address, goes=goes)
    return Choice(label, choice, words.is_safe(choice), spoken, strong=choice in question.choices)


def _doubtful_part(heading: str, shown: str, meant: str) -> tuple[int, int]:
    """Return what stands out in the title: where the address differs from the meant one, else the whole address."""
    at = heading.rfind(shown) if shown else -1
    if at < 0:
        return NO_PART
    start, end = differing(shown, meant)[0] if meant else (0, len(shown))
    if start == end:  # the written one lacks something: its neighbours stand out
        start, end = max(0, start - 1), min(len(shown), end + 1)
    return at + start, at + end


def _friction(review: Review, question: Open, recipient: Address | None, meant: str) -> Friction:
    """Return what the unsafe choice asks for: more, the more probable a mistake with patient data is."""
    shown = words.spec(recipient) if recipient else ""
    checked = f"I have checked it: {shown} is right" if shown else "I have checked who gets this message"
    if question.min_reason or DemandKind.CONFIRM in question.choices:
        return Friction(min_reason=question.min_reason)
    if recipient is None or DemandKind.ACKNOWLEDGE in question.choices:
        return Friction(tick=checked)
    if not review.scan.phi:
        return Friction()
    risk = max((c.risk for c in review.concerns if (c.check, c.recipient) == (question.check, question.recipient)), default=0.0)
    same_domain = meant.rpartition("@")[2] == recipient.display_domain
    return Friction(domain=recipient.display_domain) if risk >= TYPED_RISK and not same_domain else Friction(tick=checked)


def blocked_sheet(review: Review) -> Question:
    """Return the sheet of a message that policy forbids: send without those whom it concerns, or go back."""
    blocked = [o for o in review.outlooks if o.verdict == Verdict.BLOCKED]
    names = [words.spec(o.recipient.address) for o in blocked]
    shown = words.listed(names) if len(names) <= 3 else f"{len(names)} recipients"
    others = len(review.outlooks) > len(blocked)
    return Question(
        title=f"{_capital(burden(review))} can’t go to {shown}",
        message="\n".join(dict.fromkeys(words.outcome(o) for o in blocked)),
        choices=(Choice(f"Send without {shown}", WITHOUT, safe=True),) if others else (),
        icon="blocked",
        tone=Tone.DANGER,
    )


def _rank(choice: str) -> int:
    order = (choice.startswith(_REPLACE), choice == "bcc", choice == "remove", True)
    return order.index(True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
