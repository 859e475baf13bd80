"""A reviewed message as an outbox entry: protected and ready, or held with its reason."""

from collections.abc import Mapping
from dataclasses import replace

from securemail_desktop.audit.event import new_rid
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.draft import Draft
from securemail_desktop.sending.changes import changed
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.copies import Copy, copy_numbers, make_copies
from securemail_desktop.sending.errors import ProtectionFailed
from securemail_desktop.sending.kept_draft import keep
from securemail_desktop.sending.names import without_telling_names
from securemail_desktop.sending.recheck import objection
from securemail_desktop.sending.record import intent_record, write_record
from securemail_desktop.sending.state import Answer, Approved, Outlook, Review, State
from securemail_desktop.store.outbox import Bodies, CopyRow, EntryRow, RecipientRow


def new_entry(approved: Approved, again: Review, channel: Channel) -> tuple[EntryRow, Bodies]:
    """Return the entry of an approved message that was reviewed `again` just now; its octets are written, the caller adds it.

    The caller holds the outbox's lock. Raise `StoreError`.
    """
    told = replace(again, outlooks=approved.review.outlooks)
    problem = objection(approved, again)
    if problem:
        return held_entry(told, approved.answers, problem, channel)
    try:
        return protected_entry(again, approved.answers, channel)
    except ProtectionFailed as error:
        return held_entry(told, approved.answers, str(error), channel)


def protected_entry(review: Review, answers: Mapping[str, Answer], channel: Channel) -> tuple[EntryRow, Bodies]:
    """Return the entry with all its copies protected; who cannot be protected is held in it. Raise `ProtectionFailed`, `NotKeepable`."""
    draft = changed(without_telling_names(review.draft, review.scan), review.decision, review.scan)
    bodies = channel.outbox.bodies(new_rid())
    _keep(review.draft, bodies)  # what cannot be kept is told before thousands of copies are made
    copies = make_copies(draft, review.outlooks, channel.protector, bodies)
    secret = review.scan.phi or any(o.method is not Method.CLEAR for o in review.outlooks)
    if copies and channel.sent:
        bodies.put_sent(channel.protector.to_self(draft, secret=secret))
    held = new_rid()
    numbers = copy_numbers(copies)
    rows = tuple(_row(n, o, numbers.get(n, -1), held) for n, o in enumerate(review.outlooks))
    return _entry(review, answers, copies, bodies, channel, rows, intent=new_rid() if copies else "")


def held_entry(review: Review, answers: Mapping[str, Answer], reason: str, channel: Channel) -> tuple[EntryRow, Bodies]:
    """Return the entry of a message that stays here whole, with the reason; it keeps the methods that its author was told."""
    rid, bodies = new_rid(), channel.outbox.bodies(new_rid())
    _keep(review.draft, bodies)
    rows = tuple(_held(n, o, reason, rid) for n, o in enumerate(review.outlooks))
    return _entry(review, answers, (), bodies, channel, rows, intent="")


def _entry(
    review: Review,
    answers: Mapping[str, Answer],
    copies: tuple[Copy, ...],
    bodies: Bodies,
    channel: Channel,
    rows: tuple[RecipientRow, ...],
    *,
    intent: str,
) -> tuple[EntryRow, Bodies]:
    now = channel.now().timestamp()
    row = EntryRow(
        id=bodies.entry,
        sender=review.draft.sender.key,
        record=write_record(intent_record(review, answers, copies, channel.origin)),
        intent=intent,
        created=now,
        next_attempt=now,
        attempts=0,
        copies=tuple(CopyRow(c.number, c.method.value, c.written.sha256, c.keys) for c in copies),
        recipients=rows,
        subject=review.draft.subject,
    )
    return row, bodies


def _keep(draft: Draft, bodies: Bodies) -> None:
    kept = keep(draft)
    bodies.put_draft(kept.document)
    for digest, content in kept.files.items():
        bodies.put_file(digest, content)


def _row(position: int, outlook: Outlook, copy: int, held: str) -> RecipientRow:
    if copy == -1:
        return _held(position, outlook, outlook.reason, held)
    recipient = outlook.recipient
    return RecipientRow(position, recipient.address.spec, recipient.field, outlook.method, copy, State.READY, outlook.reason)


def _held(position: int, outlook: Outlook, reason: str, rid: str) -> RecipientRow:
    recipient = outlook.recipient
    return RecipientRow(position, recipient.address.spec, recipient.field, Method.NONE, -1, State.HELD, reason, outcome=rid, recorded=False)
