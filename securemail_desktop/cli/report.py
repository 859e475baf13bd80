"""What became of a message, as the contract's JSON object and as lines for people. Findings are given by place and kind, never by their text."""

from collections.abc import Sequence
from typing import Any

from securemail_desktop.cli.exit import Exit
from securemail_desktop.phi.finding import Finding
from securemail_desktop.recipients.concern import Tier
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import Outlook, Question, Receipt, Review, State, Verdict

LATER = frozenset({State.READY, State.COMMITTING, State.DEFERRED})
# READY and COMMITTING are of the outbox only; a caller is told what they mean for him.
_STATES = {State.READY: State.DEFERRED, State.COMMITTING: State.UNKNOWN}


def message_document(name: str, review: Review, receipts: Sequence[Receipt] | None, *, synced: bool) -> dict[str, Any]:
    """Return one item of `messages`; `receipts` is None for a dry run."""
    return {
        "draft": name,
        "message_id": review.draft.message_id,
        "verdict": verdict(review, receipts).value,
        "findings": [_finding(f) for f in review.scan.findings],
        "concerns": _concerns(review),
        "rules": [m.rule for m in review.decision.matches],
        "recipients": [_foreseen(o) for o in review.outlooks] if receipts is None else [_receipt(r) for r in receipts],
        "audit": _audit(receipts or (), synced=synced),
    }


def verdict(review: Review, receipts: Sequence[Receipt] | None) -> Verdict:
    """Return the worst verdict over the recipients: foreseen, or as it became."""
    if receipts is None or review.verdict is Verdict.BLOCKED:
        return review.verdict
    if not receipts or any(r.state is State.HELD for r in receipts):
        return Verdict.HELD
    return Verdict.PROTECTED if any(o.verdict is Verdict.PROTECTED for o in review.outlooks) else Verdict.SEND


def exit_code(review: Review, receipts: Sequence[Receipt] | None) -> Exit:
    """Return the contract's exit code for one message."""
    if verdict(review, receipts) in {Verdict.BLOCKED, Verdict.HELD}:
        return Exit.NO
    states = {r.state for r in receipts or ()}
    if states & {State.REFUSED, State.UNKNOWN}:
        return Exit.NO
    return Exit.LATER if states & LATER else Exit.DONE


def message_lines(name: str, review: Review, receipts: Sequence[Receipt] | None) -> list[str]:
    """Return the same for people."""
    lines = [f"{name}: {verdict(review, receipts).value}"]
    if review.scan.phi:
        lines.append(f"  patient data: {review.scan.reason}")
    lines += [f"  {line}" for line in review.unreadable]
    lines += [f"  {_mark(q)} {q.message}" for q in review.questions]
    asked = {q.id for q in review.questions}
    lines += [f"  look: {c.message}" for c in review.concerns if c.tier is not Tier.CHIP and concern_id(c) not in asked]
    if receipts is None:
        lines += [f"  {o.recipient.address.spec}: {o.method.value} - {o.reason}" for o in review.outlooks]
    else:
        lines += [f"  {r.recipient.address.spec}: {r.method.value}, {r.state.value} - {r.reason}" for r in receipts]
    return lines


def _mark(question: Question) -> str:
    reason = f", with a reason of at least {question.min_reason} letters in --reason-file" if question.min_reason else ""
    return f"[{question.id}: {' | '.join(question.choices)}{reason}]"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "field": finding.field,
        "start": finding.start,
        "end": finding.end,
        "type": finding.type.value,
        "role": finding.role.value,
        "detector": finding.detector,
        "confidence": round(finding.confidence, 3),
    }


def _concerns(review: Review) -> list[dict[str, Any]]:
    concerns = [(concern_id(c), c.check, int(c.tier), c.recipient, c.message, c.choices) for c in review.concerns]
    seen = {row[0] for row in concerns}
    asked = [(q.id, q.check, int(q.tier), q.recipient, q.message, q.choices) for q in review.questions if q.id not in seen]
    names = ("id", "check", "tier", "recipient", "message", "choices")
    return [dict(zip(names, row, strict=True)) for row in concerns + asked]


def _foreseen(outlook: Outlook) -> dict[str, Any]:
    state = None if outlook.verdict in {Verdict.SEND, Verdict.PROTECTED} else State.HELD.value
    return {"address": outlook.recipient.address.spec, "method": outlook.method.value, "reason": outlook.reason, "state": state}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    state = _STATES.get(receipt.state, receipt.state)
    return {"address": receipt.recipient.address.spec, "method": receipt.method.value, "reason": receipt.reason, "state": state.value}


def _audit(receipts: Sequence[Receipt], *, synced: bool) -> dict[str, Any]:
    intent = next((r.intent for r in receipts if r.intent), None)
    outcomes = list(dict.fromkeys(r.outcome for r in receipts if r.outcome))
    return {"intent": intent, "outcomes": outcomes, "synced": synced}
