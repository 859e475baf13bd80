"""The audit record of a send: made once with the entry, kept with it, and completed by each attempt's outcome."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from pydantic import TypeAdapter

from securemail_desktop.audit.event import AttachmentRecord, CopyRecord, RecipientRecord, SendRecord, WarningRecord
from securemail_desktop.message.draft import Attachment
from securemail_desktop.phi.finding import Scan
from securemail_desktop.sending.channel import Origin
from securemail_desktop.sending.copies import Copy, copy_numbers
from securemail_desktop.sending.facts import is_inside
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import BLOCK, Answer, Outlook, Review, State
from securemail_desktop.store.outbox import RecipientRow

_RECORD = TypeAdapter(SendRecord)
_UNANSWERED = Answer("unanswered")
# Worst first: an outcome that tells of several recipients is named after the worst of them.
_WORST = (State.UNKNOWN, State.REFUSED, State.HELD, State.DEFERRED, State.ACCEPTED)


def intent_record(review: Review, answers: Mapping[str, Answer], copies: Sequence[Copy], origin: Origin) -> SendRecord:
    """Return the record that lists every recipient with his method before anything is handed over."""
    policy = review.decision.policy
    numbers = copy_numbers(copies)
    unknown = {c.recipient for c in review.concerns if c.check == "first-contact"}
    return SendRecord(
        phase="intent",
        out="intent",
        of="",
        message_id=review.draft.message_id,
        channel=origin.channel,
        recipients=tuple(_recipient(o, numbers.get(n, -1), unknown, origin) for n, o in enumerate(review.outlooks)),
        copies=tuple(CopyRecord(c.written.sha256, c.written.size, c.method.value) for c in copies),
        attachments=tuple(_attachment(n, a, review.scan) for n, a in enumerate(review.draft.attachments)),
        policy_name=policy.name,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        rules=tuple(m.rule for m in review.decision.matches),
        detections=tuple(sorted(Counter(f.detector for f in review.scan.findings).items())),
        warnings=_warnings(review, answers),
        host=origin.host,
    )


def outcome_record(base: SendRecord, intent: str, rows: Sequence[RecipientRow]) -> SendRecord:
    """Return the record of one settled attempt: only the recipients and copies that it concerns, with the recipients' states.

    `base` is the entry's record, `intent` the rid of its intent.
    """
    states = {State(row.state) for row in rows}
    concerned = [base.recipients[row.position] for row in rows]
    numbers = {copy: number for number, copy in enumerate(sorted({r.copy for r in concerned if r.copy >= 0}))}
    recipients = tuple(
        replace(told, copy=numbers.get(told.copy, -1), state=r.state, code=r.code, enhanced=r.enhanced, queue_id=r.queue_id)
        for told, r in zip(concerned, rows, strict=True)
    )
    copies = tuple(base.copies[copy] for copy in numbers)
    out = next(s.value for s in _WORST if s in states)
    return replace(base, phase="outcome", out=out, of=intent, recipients=recipients, copies=copies)


def write_record(record: SendRecord) -> str:
    """Return the record as JSON, for the entry."""
    return _RECORD.dump_json(record).decode()


def read_record(document: str) -> SendRecord:
    """Return the record that `write_record` wrote."""
    return _RECORD.validate_json(document)


def _recipient(outlook: Outlook, copy: int, unknown: Collection[str], origin: Origin) -> RecipientRecord:
    address = outlook.recipient.address
    return RecipientRecord(
        address=address.spec,
        domain=address.domain,
        outside=address.key in origin.open_lists or not is_inside(address.domain, origin.inside),
        via=outlook.method.value,
        copy=copy,
        known=address.key not in unknown,
        clear_domain=address.domain in origin.clear_domains,
    )


def _attachment(number: int, attachment: Attachment, scan: Scan) -> AttachmentRecord:
    found = {f.detector for f in scan.findings if f.field == f"attachment:{number}"}
    return AttachmentRecord(sha256(attachment.content).hexdigest(), len(attachment.content), attachment.content_type, tuple(sorted(found)))


def _warnings(review: Review, answers: Mapping[str, Answer]) -> tuple[WarningRecord, ...]:
    """Return what policy forbade, what the author was asked, and the doubts that he answered without being asked (in the bar)."""
    positions: Mapping[str, int] = defaultdict(lambda: -1, {r.address.key: n for n, r in enumerate(review.draft.recipients)})
    asked = {question.id for question in review.questions}
    shown = [
        *((BLOCK, f"rule:{b.rule}", b.recipients[0] if len(b.recipients) == 1 else "") for b in review.decision.blocks),
        *((question.id, question.check, question.recipient) for question in review.questions),
        *((i, c.check, c.recipient) for c in review.concerns if (i := concern_id(c)) in answers and i not in asked),
    ]
    return tuple(_warning(check, positions[recipient], answers.get(name, _UNANSWERED)) for name, check, recipient in shown)


def _warning(check: str, position: int, answer: Answer) -> WarningRecord:
    return WarningRecord(check, position, answer.choice, answer.reason, answer.shown_ms)
