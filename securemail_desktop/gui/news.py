"""What a screen reader says after a review: only what has become different, in one utterance, so that writing is not talked over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from securemail_desktop.gui import words
from securemail_desktop.recipients.concern import Tier
from securemail_desktop.sending.state import Outlook, Review, Verdict

MOST = 3
_GOES = frozenset({Verdict.SEND, Verdict.PROTECTED})


@dataclass(frozen=True, slots=True)
class _State:
    """What stands at one recipient: his outlook, and the doubt about him, or an empty text."""

    outlook: Outlook
    doubt: str

    @property
    def said(self) -> str:
        """Return it in words."""
        return f"{words.spec(self.outlook.recipient.address)}: {words.outcome(self.outlook)}. {self.doubt}".strip()

    def differs_from(self, old: "_State | None") -> bool:
        if old is None:
            return bool(self.doubt) or self.outlook.verdict not in _GOES
        return (self.outlook.verdict, bool(self.doubt)) != (old.outlook.verdict, bool(old.doubt))


def news(before: Review | None, after: Review) -> str:
    """Return the sentences to announce, or an empty text: recipients whose outcome changed or needs a look, else the verdict when it changed."""
    old, new = _states(before), _states(after)
    changed = [state for key, state in new.items() if state.differs_from(old.get(key))]
    spoken = [state.said for state in changed[:MOST]]
    if len(changed) > MOST:
        spoken.append(f"And {len(changed) - MOST} more.")
    if not changed and before is not None and after.outlooks and words.worst(before) != words.worst(after):
        spoken = [f"{words.summary(after)}."]
    return " ".join(spoken)


def _states(review: Review | None) -> Mapping[str, _State]:
    if review is None:
        return {}
    doubts = {c.recipient: words.visible(c.message) for c in reversed(review.concerns) if c.tier is not Tier.CHIP}
    return {(key := o.recipient.address.key): _State(o, doubts.get(key, "")) for o in review.outlooks}
