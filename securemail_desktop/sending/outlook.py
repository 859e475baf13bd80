"""What will happen to each recipient's copy: policy's requirement and his means, the worst verdict winning."""

from collections.abc import Mapping, Sequence

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.choose import choose
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.policy.decision import Block, Decision, RecipientDecision
from securemail_desktop.sending.state import Outlook, Question, Verdict

_SEVERITY = list(Verdict)


def foresee(draft: Draft, decision: Decision, capabilities: Mapping[str, Capabilities]) -> tuple[Outlook, ...]:
    """Return one outlook a recipient, in the draft's order; open questions are not in it (see `verdict_of`)."""
    wanted = {d.recipient: d for d in decision.recipients}
    blocks, everybody = _first_blocks(decision)
    keyed = ((r, r.address.key) for r in draft.recipients)
    outlooks = tuple(_outlook(r, blocks.get(key, everybody), wanted[key], capabilities[key]) for r, key in keyed)
    return _all_or_none(outlooks) if decision.all_or_none else outlooks


def _all_or_none(outlooks: tuple[Outlook, ...]) -> tuple[Outlook, ...]:
    """Hold everybody's copy where somebody's cannot go."""
    cannot = next((o for o in outlooks if o.method is Method.NONE), None)
    if cannot is None:
        return outlooks
    reason = f"It goes to everybody or to nobody, and {cannot.recipient.address.spec} cannot get it now"
    return tuple(o if o.method is Method.NONE else Outlook(o.recipient, Method.NONE, reason, Verdict.HELD, rules=o.rules) for o in outlooks)


def verdict_of(outlooks: Sequence[Outlook], questions: Sequence[Question]) -> Verdict:
    """Return the worst verdict over the recipients; an open question holds the message."""
    verdicts = [o.verdict for o in outlooks] + [Verdict.HELD for _ in questions]
    return max(verdicts, key=_SEVERITY.index, default=Verdict.HELD)


def _first_blocks(decision: Decision) -> tuple[dict[str, Block], Block | None]:
    """Return the first block of each recipient who is named before the first one for the whole message, and that one."""
    named: dict[str, Block] = {}
    for block in decision.blocks:
        if not block.recipients:
            return named, block
        for key in block.recipients:
            named.setdefault(key, block)
    return named, None


def _outlook(recipient: Recipient, block: Block | None, wanted: RecipientDecision, means: Capabilities) -> Outlook:
    choice = choose(wanted.requirement, means)
    if block is not None:
        return Outlook(recipient, Method.NONE, block.text, Verdict.BLOCKED, rules=(*wanted.rules, block.rule))
    # A rule that leaves no method says itself why.
    reason = choice.reason if wanted.requirement.order else wanted.text
    return Outlook(recipient, choice.method, reason, _verdict(choice.method), choice.capability, wanted.rules)


def _verdict(method: Method) -> Verdict:
    if method is Method.NONE:
        return Verdict.HELD
    return Verdict.SEND if method is Method.CLEAR else Verdict.PROTECTED
