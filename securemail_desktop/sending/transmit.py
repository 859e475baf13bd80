"""Hands an entry's copies over, so that it can be interrupted anywhere and begun again.

In order: what an earlier run left between DATA and reply is settled; the intent is recorded; what is due is submitted; each attempt's outcome is
recorded; the author's copy is filed in Sent; an entry with nothing left to do is removed. Every step is durable before the next and is left out
when it was done before.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.accounts.protocol import Found, Outcome, Submitted
from securemail_desktop.audit.event import new_rid, send_fields
from securemail_desktop.audit.journal import JournalError
from securemail_desktop.encryption.choose import experience
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.copies import Protector
from securemail_desktop.sending.journey import envelope_of, journeys, marked
from securemail_desktop.sending.kept_draft import draft_of
from securemail_desktop.sending.receipts import NOBODY_KNOWS, receipts_of
from securemail_desktop.sending.recheck import outgrown
from securemail_desktop.sending.record import outcome_record, read_record
from securemail_desktop.sending.retry import DUE, due, expired, next_attempt, next_look
from securemail_desktop.sending.state import Receipt, Review, State
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.outbox import Change, CopyRow, EntryRow, OutboxTable, RecipientRow

_TOGETHER = 1_000  # recipients of one transaction; servers must take a hundred, and many take no more than a thousand
_TOO_MANY = 452  # RFC 5321, 4.5.3.1.10: too many recipients for one transaction


def transmit(entry_id: str, channel: Channel, *, force: bool = False, reviewed: bool = False) -> tuple[Receipt, ...]:
    """Do what can be done for one entry now and return where each recipient stands; `force` does not wait for the next due time.

    `reviewed` says that the message was reviewed right now; otherwise it is before anything is handed over that is not encrypted.
    When a step cannot be made durable nothing more is handed over, and the receipts say why. Raise `StoreError` only when nothing can be read.
    """
    with channel.lock:
        if channel.outbox.get(entry_id) is None:
            return ()
        try:
            _go_on(entry_id, channel, force=force, reviewed=reviewed)
            return _finish(entry_id, channel)
        except (JournalError, StoreError) as error:
            return receipts_of(_entry(entry_id, channel), waiting=str(error))


def _go_on(entry_id: str, channel: Channel, *, force: bool, reviewed: bool) -> None:
    _settle(entry_id, channel)
    _write_intent(_entry(entry_id, channel), channel)
    _record(entry_id, channel)
    if force or due(_entry(entry_id, channel).next_attempt, channel.now().timestamp()):
        if not reviewed:
            _hold_outgrown(_entry(entry_id, channel), channel)
        _submit_due(_entry(entry_id, channel), channel)


def _entry(entry_id: str, channel: Channel) -> EntryRow:
    entry = channel.outbox.get(entry_id)
    assert entry is not None, "only this process removes entries while it holds the lock"
    return entry


def _settle(entry_id: str, channel: Channel) -> None:
    """Search for what may or may not have been taken; what cannot be found out is UNKNOWN and waits for the author."""
    entry = _entry(entry_id, channel)
    doubtful = [r for r in entry.recipients if r.state in {State.COMMITTING, State.UNKNOWN}]
    if not doubtful:
        return
    found = _find(read_record(entry.record).message_id, channel)
    fresh = [r for r in doubtful if found is not Found.UNTOLD or r.state == State.COMMITTING]
    state, reason = {
        Found.YES: (State.ACCEPTED, "The server has the message."),
        Found.NO: (State.READY, "The server does not have the message; it is sent again."),
        Found.UNTOLD: (State.UNKNOWN, NOBODY_KNOWS),
    }[found]
    for row in fresh:
        # An UNKNOWN has its record already; an attempt that was interrupted has only the record's name.
        rid = row.outcome if row.state == State.COMMITTING else new_rid()
        channel.outbox.change(entry_id, rid, [Change(row.position, state, reason)])


def _find(message_id: str, channel: Channel) -> Found:
    try:
        return channel.submission.find(message_id)
    except AccountError:
        return Found.UNTOLD


def _write_intent(entry: EntryRow, channel: Channel) -> None:
    if entry.intent:
        channel.journal.append(entry.intent, "send", *send_fields(read_record(entry.record)))


def _record(entry_id: str, channel: Channel) -> None:
    """Record every outcome that the journal does not have yet."""
    entry = _entry(entry_id, channel)
    untold: defaultdict[str, list[RecipientRow]] = defaultdict(list)
    for row in entry.recipients:
        if not row.recorded and row.state not in {State.READY, State.COMMITTING}:
            untold[row.outcome].append(row)
    base = read_record(entry.record)
    for rid, rows in untold.items():
        channel.journal.append(rid, "send", *send_fields(outcome_record(base, entry.intent, rows)))
        channel.outbox.recorded(entry_id, rid, [row.position for row in rows])


def _hold_outgrown(entry: EntryRow, channel: Channel) -> None:
    """Hold what may have been good enough when it was made and is not any more: policy or the gateway changed meanwhile."""
    held = outgrown_rows(entry, channel.outbox, channel.review, channel.protector)
    if held:
        channel.outbox.change(entry.id, new_rid(), held)


def outgrown_rows(entry: EntryRow, table: OutboxTable, review: Callable[[Draft], Review], protector: Protector) -> list[Change]:
    """Return what must be held of the copies that time alone would hand over, reviewed now."""
    due = [r for r in entry.recipients if r.state in DUE]
    if not due:
        return []
    outlooks = {o.recipient.address.key: o for o in review(draft_of(entry.id, table)).outlooks}
    withdrawn = {copy.number: protector.withdrawn(Method(copy.method), copy.keys) for copy in entry.copies}
    reasons = ((r, outgrown(Method(r.method), outlooks[parse_address(r.address).key]) or withdrawn.get(r.copy, "")) for r in due)
    return [Change(row.position, State.HELD, reason) for row, reason in reasons if reason]


def _submit_due(entry: EntryRow, channel: Channel) -> None:
    now = channel.now().timestamp()
    message_id = read_record(entry.record).message_id
    waiting: defaultdict[int, list[RecipientRow]] = defaultdict(list)
    for row in entry.recipients:
        if row.state in DUE:
            waiting[row.copy].append(row)
    for copy in entry.copies:
        for rows in journeys(copy, waiting[copy.number], channel):
            away = _hand_over(entry, copy, rows, message_id, channel)
            if away:
                _put_off(entry, away, channel)
                return
    if any(r.state == State.DEFERRED for r in _entry(entry.id, channel).recipients):
        channel.outbox.postpone(entry.id, entry.attempts + 1, next_attempt(entry.attempts, now))


def _hand_over(entry: EntryRow, copy: CopyRow, rows: list[RecipientRow], message_id: str, channel: Channel) -> Outcome | None:
    """Hand one copy over to all of them; return the outcome of the first transaction in which the server was not reached."""
    while rows:
        left, away = _attempt(entry, copy, rows[:_TOGETHER], message_id, channel)
        if away:
            return away
        rows = [*left, *rows[_TOGETHER:]]
    return None


def _put_off(entry: EntryRow, away: Outcome, channel: Channel) -> None:
    """Let everybody wait for a server that is not there; whoever waits for it already has his record."""
    ready = [row for row in _entry(entry.id, channel).recipients if row.state == State.READY]
    now = channel.now().timestamp()
    if ready:
        channel.outbox.change(entry.id, new_rid(), [_change(row, away, late=expired(entry.created, now)) for row in ready])
    if away.code:  # it is there, and wants no session now: asked every minute it would lock the account
        channel.outbox.postpone(entry.id, entry.attempts + 1, next_attempt(entry.attempts, now))
    else:
        channel.outbox.postpone(entry.id, entry.attempts, next_look(now))


def _attempt(
    entry: EntryRow, copy: CopyRow, due: Sequence[RecipientRow], message_id: str, channel: Channel
) -> tuple[list[RecipientRow], Outcome | None]:
    """Hand one copy over in one transaction.

    Return for whom the server had no room in it: they come next (RFC 5321, 4.5.3.1.10); and the outcome where it was not reached.
    """
    rid = new_rid()
    envelope = envelope_of(copy, due, message_id, channel)
    message = marked(channel.outbox.copy(entry.id, copy.number), envelope, due, channel)
    outcomes = channel.submission.submit(message, envelope, _commit(entry, due, rid, channel))
    late = expired(entry.created, channel.now().timestamp())
    some = any(o.state is Submitted.ACCEPTED for o in outcomes)
    left = [r for r, o in zip(due, outcomes, strict=True) if some and o.code == _TOO_MANY and o.state is Submitted.DEFERRED]
    again = {r.position for r in left}
    changes = [Change(r.position, State.READY, r.reason) for r in left]
    settled = [(r, o) for r, o in zip(due, outcomes, strict=True) if r.position not in again and not _still_away(r, o, late=late)]
    changes += [_change(r, o, late=late) for r, o in settled]
    if changes:
        channel.outbox.change(entry.id, rid, changes)
    return left, next((o for o in outcomes if not o.reached), None)


def _still_away(row: RecipientRow, outcome: Outcome, *, late: bool) -> bool:
    """Say whether there is nothing new to record: the server was not reached before, and is not now."""
    return not outcome.reached and not late and (row.state, row.reason) == (State.DEFERRED, outcome.detail)


def _commit(entry: EntryRow, due: Sequence[RecipientRow], rid: str, channel: Channel) -> Callable[[], None]:
    def committing() -> None:
        channel.outbox.change(entry.id, rid, [Change(r.position, State.COMMITTING, r.reason) for r in due])

    return committing


def _change(row: RecipientRow, outcome: Outcome, *, late: bool) -> Change:
    state = State(outcome.state.value)
    if late and state is State.DEFERRED:
        state = State.HELD
    # Once it is taken, the author wants to read what the recipient will experience, not what the server said now or at an earlier attempt.
    foreseen = experience(Method(row.method)) if row.outcome else row.reason
    reason = foreseen if state is State.ACCEPTED else outcome.detail
    return Change(row.position, state, reason, outcome.code, outcome.enhanced, outcome.queue_id)


def _finish(entry_id: str, channel: Channel) -> tuple[Receipt, ...]:
    waiting = ""
    try:
        _record(entry_id, channel)
        _file(_entry(entry_id, channel), channel)
    except (JournalError, AccountError) as error:
        waiting = str(error)
    entry = _entry(entry_id, channel)
    done = all(r.state == State.ACCEPTED and r.recorded for r in entry.recipients) and not entry.to_file
    if done:
        channel.outbox.remove(entry_id)
    return receipts_of(entry, waiting=waiting)


def _file(entry: EntryRow, channel: Channel) -> None:
    if not entry.to_file or not any(r.state == State.ACCEPTED for r in entry.recipients):
        return
    if channel.sent is not None and not channel.sent.holds(read_record(entry.record).message_id):
        channel.sent.file(channel.outbox.sent_copy(entry.id))
    channel.outbox.filed(entry.id)
