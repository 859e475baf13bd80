"""The outbox as its author sees it: what waits, why, and what he can decide about it."""

from dataclasses import replace
from datetime import UTC, datetime

from securemail_desktop.audit.event import Json, new_rid
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.receipts import receipts_of
from securemail_desktop.sending.record import read_record
from securemail_desktop.sending.state import OutboxEntry, Receipt, State
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.store.outbox import Change, EntryRow, OutboxTable

# The state that names an entry: what needs the author comes before what time settles.
_WORST = (State.UNKNOWN, State.REFUSED, State.HELD, State.COMMITTING, State.DEFERRED, State.READY, State.ACCEPTED)
_AUTHORS = frozenset({State.UNKNOWN, State.REFUSED, State.HELD})


def entries(table: OutboxTable) -> tuple[OutboxEntry, ...]:
    """Return what is in the outbox, newest first."""
    rows = (table.get(entry_id) for entry_id in reversed(table.ids()))
    return tuple(_shown(row) for row in rows if row is not None)


def resume(channel: Channel) -> None:
    """Go on with every entry that time alone can settle."""
    for entry_id in channel.outbox.ids():
        transmit(entry_id, channel)


def send_again(entry_id: str, channel: Channel) -> tuple[Receipt, ...]:
    """Hand over again what is UNKNOWN, because the author decided so."""
    with channel.lock:
        entry = channel.outbox.get(entry_id)
        unknown = [] if entry is None else [r for r in entry.recipients if r.state == State.UNKNOWN]
        if unknown:
            again = [Change(r.position, State.READY, "Its author decided to send it again.") for r in unknown]
            channel.outbox.change(entry_id, new_rid(), again)
    return transmit(entry_id, channel, force=True)


def reopened(entry: EntryRow) -> Draft:
    """Return the draft for the recipients that got nothing yet; it has a Message-ID of its own once anybody has got the message."""
    draft = parse_draft(entry.draft)
    waiting = tuple(
        r for r, row in zip(draft.recipients, entry.recipients, strict=True) if row.state not in {State.ACCEPTED, State.COMMITTING}
    )
    if len(waiting) == len(draft.recipients):
        return draft
    return replace(draft, recipients=waiting, message_id=new_message_id(draft.sender))


def discard(entry_id: str, channel: Channel) -> None:
    """Give an entry up; the journal says so before it is forgotten."""
    with channel.lock:
        entry = channel.outbox.get(entry_id)
        if entry is None:
            return
        fields: dict[str, Json] = {"of": entry.intent, "out": "discarded", "msg": {"mid": read_record(entry.record).message_id}}
        channel.journal.append(new_rid(), "discard", fields, {})
        channel.outbox.remove(entry_id)


def _shown(entry: EntryRow) -> OutboxEntry:
    receipts = receipts_of(entry)
    worst = min(receipts, key=lambda r: _WORST.index(r.state))
    filing = worst.state is State.ACCEPTED
    return OutboxEntry(
        id=entry.id,
        subject=parse_draft(entry.draft).subject,
        state=worst.state,
        reason="Delivered; your copy waits to be filed in Sent." if filing else worst.reason,
        receipts=receipts,
        updated=datetime.fromtimestamp(entry.created, UTC),
        needs_author=any(r.state in _AUTHORS for r in receipts),
    )
