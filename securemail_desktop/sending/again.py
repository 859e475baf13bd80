"""Tries again because the author asks for it: what waits for the server, and what was held because it could not be protected then."""

from collections.abc import Mapping

from securemail_desktop.audit.event import new_rid
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.outbox import positions_in, reopened
from securemail_desktop.sending.pipeline import deliver
from securemail_desktop.sending.recheck import objection
from securemail_desktop.sending.state import Approved, Receipt, Review, State, Verdict
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.store.outbox import Change, EntryRow

_HELD = frozenset({State.HELD})
_STAYS = frozenset({Verdict.HELD, Verdict.BLOCKED})


def retry(entry_id: str, channel: Channel) -> tuple[Receipt, ...]:
    """Hand over what is due without waiting, and review what is held: what may go now goes, the rest says why not. Raise as `deliver` does.

    An UNKNOWN is searched for and never blindly sent again; a question that is open stays open until the draft is opened.
    """
    with channel.lock:
        receipts = transmit(entry_id, channel, force=True)
        entry = channel.outbox.get(entry_id)
        if entry is None or not positions_in(entry, _HELD):
            return receipts
        return _merged(receipts, _held_again(entry, channel))


def _held_again(entry: EntryRow, channel: Channel) -> tuple[Receipt, ...]:
    review = channel.review(reopened(entry, _HELD))
    reasons = _reasons(review)
    if len(reasons) < len(review.outlooks):
        return deliver(Approved(review), channel, entry.id, _HELD)
    held = [row for row in entry.recipients if row.state == State.HELD]
    changes = [Change(r.position, State.HELD, why) for r, why in zip(held, reasons, strict=True) if why != r.reason]
    if changes:
        channel.outbox.change(entry.id, new_rid(), changes)
    return transmit(entry.id, channel, reviewed=True)


def _reasons(review: Review) -> list[str]:
    """Return why each recipient who still cannot get the message cannot."""
    problem = objection(Approved(review), review)
    return [problem or o.reason for o in review.outlooks if problem or o.verdict in _STAYS]


def _merged(before: tuple[Receipt, ...], after: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
    newer: Mapping[str, Receipt] = {r.recipient.address.key: r for r in after}
    return tuple(newer.get(r.recipient.address.key, r) for r in before)
