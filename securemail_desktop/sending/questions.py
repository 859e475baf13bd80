"""What the author must answer: concerns of tier SHEET and the demands of rules, as questions with stable ids.

The id is a digest of check and recipient, so that an answer can never be taken for another question's, and says nothing on a command line.
"""

from collections.abc import Sequence
from hashlib import sha256

from securemail_desktop.policy.decision import Decision, Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Question

# Answers that this program cannot take itself: the message is held until the means exist (security.md, Sending).
_BEYOND = {DemandKind.REAUTHENTICATE, DemandKind.SECOND_APPROVER}


def question_id(check: str, recipients: Sequence[str]) -> str:
    """Return the id of a question about these recipients (`Address.key`; none means the whole message)."""
    return "c" + sha256("\0".join([check, *recipients]).encode()).hexdigest()[:32]


def questions_of(concerns: Sequence[Concern], decision: Decision) -> tuple[Question, ...]:
    """Return all questions, those about a probably wrong recipient first."""
    return tuple(_of_concern(c) for c in concerns if c.tier is Tier.SHEET) + tuple(_of_demand(d) for d in decision.demands)


def concern_id(concern: Concern) -> str:
    """Return the id under which a concern is shown, the same as its question's."""
    return question_id(concern.check, [concern.recipient] if concern.recipient else [])


def _of_concern(concern: Concern) -> Question:
    return Question(concern_id(concern), concern.tier, concern.check, concern.recipient, concern.message, concern.choices)


def _of_demand(demand: Demand) -> Question:
    return Question(
        id=question_id(f"rule:{demand.rule}", demand.recipients),
        tier=Tier.SHEET,
        check=f"rule:{demand.rule}",
        recipient=demand.recipients[0] if len(demand.recipients) == 1 else "",
        message=demand.text,
        choices=(demand.kind.value,),
        min_reason=max(demand.min_length, 1) if demand.kind is DemandKind.JUSTIFY else 0,
        answerable=demand.kind not in _BEYOND,
    )
