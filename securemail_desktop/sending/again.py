"""Tries again because the author asks for it: what waits for the server, and what was held because it could not be protected then."""

from collections.abc import Sequence

from securemail_desktop.audit.event import new_rid
from securemail_desktop.encryption.method import LEVELS, Level, Method
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.outbox import reopened
from securemail_desktop.sending.pipeline import deliver
from securemail_desktop.sending.recheck import objection
from securemail_desktop.sending.record import read_record
from securemail_desktop.sending.state import Approved, Outlook, Receipt, State, Verdict
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.store.outbox import Change, EntryRow, RecipientRow

Doubt = tuple[RecipientRow, str]


def retry(entry_id: str, channel: Channel) -> tuple[Receipt, ...]:
    """Hand over what is due without waiting, and review what is held: what may go now goes, the rest says why not. Raise as `deliver` does.

    An UNKNOWN is searched for and never blindly sent again; a question that is open stays open until the draft is opened.
    """
    with channel.lock:
        receipts = transmit(entry_id, channel, force=True)
        entry = channel.outbox.get(entry_id)
        held = [row for row in entry.recipients if row.state == State.HELD] if entry else []
        if entry is None or not held:
            return receipts
        after = {r.recipient.address.key: r for r in _held_again(entry, held, channel)}
        return tuple(after.get(r.recipient.address.key, r) for r in receipts)


def _held_again(entry: EntryRow, held: Sequence[RecipientRow], channel: Channel) -> tuple[Receipt, ...]:
    review = channel.review(reopened(entry, channel.outbox, [row.position for row in held]))
    problem = objection(Approved(review), review)
    doubts = [(row, problem or _doubt(o, row, entry)) for o, row in zip(review.outlooks, held, strict=True)]
    _explain(entry, [(row, why) for row, why in doubts if why and why != row.reason], channel)
    free = [row.position for row, why in doubts if not why]
    if not free:
        return transmit(entry.id, channel)
    return deliver(Approved(channel.review(reopened(entry, channel.outbox, free))), channel, entry.id, free)


def _doubt(outlook: Outlook, row: RecipientRow, entry: EntryRow) -> str:
    """Return why the recipient's copy stays held, or empty: it never goes less safely by itself than its author was told."""
    if outlook.verdict in {Verdict.HELD, Verdict.BLOCKED}:
        return outlook.reason
    foreseen = Method(read_record(entry.record).recipients[row.position].via)
    needed = Level.TRANSPORT if foreseen is Method.NONE else LEVELS[foreseen]
    if LEVELS[outlook.method] >= needed:
        return ""
    return f"{outlook.recipient.address.spec} could get it only with less protection than when it was checked: open it to decide."


def _explain(entry: EntryRow, doubts: Sequence[Doubt], channel: Channel) -> None:
    if doubts:
        channel.outbox.change(entry.id, new_rid(), [Change(row.position, State.HELD, why) for row, why in doubts])
