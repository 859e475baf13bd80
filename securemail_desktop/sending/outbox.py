"""The outbox as its author sees it: what waits, why, and what he can decide about it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from securemail_desktop.audit.event import Json, clear_message_id, new_rid
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.errors import NotWaiting
from securemail_desktop.sending.kept_draft import draft_of
from securemail_desktop.sending.receipts import receipts_of
from securemail_desktop.sending.record import read_record
from securemail_desktop.sending.retry import DUE
from securemail_desktop.sending.state import OutboxEntry, Receipt, State
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.store.outbox import Change, EntryRow, OutboxTable

# The state that names an entry: what needs the author comes before what time settles.
_WORST = (State.UNKNOWN, State.REFUSED, State.HELD, State.COMMITTING, State.DEFERRED, State.READY, State.ACCEPTED)
_AUTHORS = frozenset({State.UNKNOWN, State.REFUSED, State.HELD})
# Who got nothing and gets nothing before the author has decided.
STOPPED = frozenset({State.HELD, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Former:
    """An entry in whose place a new one comes.

    The recipients at the positions `leaving` go over to it. The copies of those in `under_way` (`Address.key`) were handed over already or will
    be under the same Message-ID: they must not get a second one.
    """

    entry: EntryRow
    leaving: tuple[int, ...]
    under_way: frozenset[str]


def entries(table: OutboxTable) -> tuple[OutboxEntry, ...]:
    """Return what is in the outbox, newest first."""
    rows = (table.get(entry_id) for entry_id in reversed(table.ids()))
    return tuple(_shown(row, table) for row in rows if row is not None)


def send_again(entry_id: str, channel: Channel) -> tuple[Receipt, ...]:
    """Hand over again what is UNKNOWN, because the author decided so."""
    with channel.lock:
        entry = channel.outbox.get(entry_id)
        unknown = [] if entry is None else [r for r in entry.recipients if r.state == State.UNKNOWN]
        if unknown:
            again = [Change(r.position, State.READY, "Its author decided to send it again.") for r in unknown]
            channel.outbox.change(entry_id, new_rid(), again)
    return transmit(entry_id, channel, force=True)


def hold(entry_id: str, reason: str, channel: Channel) -> tuple[Receipt, ...]:
    """Let what time alone would hand over wait for its author, for this reason."""
    with channel.lock:
        entry = channel.outbox.get(entry_id)
        due = [row for row in entry.recipients if row.state in DUE] if entry else []
        if due:
            channel.outbox.change(entry_id, new_rid(), [Change(row.position, State.HELD, reason) for row in due])
    return transmit(entry_id, channel)


def reopened(entry: EntryRow, table: OutboxTable, positions: Collection[int] | None = None) -> Draft:
    """Return the draft for the recipients who wait for their author, all or those at the positions; raise `NotWaiting` when there is none.

    It has a Message-ID of its own once anybody may have got the message.
    """
    stopped = stopped_in(entry, positions)
    if not stopped:
        raise NotWaiting("This message is under way: there is nothing in it to decide.")
    draft = draft_of(entry.id, table)
    draft = replace(draft, recipients=tuple(draft.recipients[position] for position in stopped))
    return draft if all(row.state in STOPPED for row in entry.recipients) else replace(draft, message_id=new_message_id(draft.sender))


def formers_of(message_id: str, reopened_id: str, positions: Collection[int] | None, channel: Channel) -> tuple[Former, ...]:
    """Return the entries in whose place a new one of this Message-ID comes: the reopened one, and those of the same Message-ID.

    All recipients who wait for their author go over to it, of the reopened one only those at the positions.
    """
    ids = dict.fromkeys([reopened_id, *channel.outbox.ids_of(message_id)])
    found = ((entry_id, channel.outbox.get(entry_id)) for entry_id in ids)
    return tuple(
        _former(entry, positions if entry_id == reopened_id else None, message_id) for entry_id, entry in found if entry is not None
    )


def says_otherwise(draft: Draft, former: Former, table: OutboxTable) -> bool:
    """Say whether the draft is another text than the former entry's."""
    return replace(draft_of(former.entry.id, table), recipients=(), date=draft.date) != replace(draft, recipients=())


def stopped_in(entry: EntryRow, positions: Collection[int] | None = None) -> tuple[int, ...]:
    """Return the positions of the entry's recipients who wait for their author, all or those among the positions."""
    return tuple(row.position for row in entry.recipients if row.state in STOPPED and (positions is None or row.position in positions))


def discard(entry_id: str, channel: Channel) -> None:
    """Give an entry up; the journal says so before it is forgotten."""
    with channel.lock:
        entry = channel.outbox.get(entry_id)
        if entry is None:
            return
        tell(entry, "discarded", channel)
        channel.outbox.remove(entry_id)


def tell(entry: EntryRow, what: str, channel: Channel) -> None:
    """Record that the author gave an entry up, or that a new one stands in its place; raise `JournalError`."""
    fields: dict[str, Json] = {"of": entry.intent, "out": what, "msg": {"mid": clear_message_id(read_record(entry.record).message_id)}}
    channel.journal.append(new_rid(), "discard", fields, {})


def _shown(entry: EntryRow, table: OutboxTable) -> OutboxEntry:
    receipts = receipts_of(entry)
    worst = min(receipts, key=lambda r: _WORST.index(r.state))
    return OutboxEntry(
        id=entry.id,
        subject=_subject(entry, table),
        state=worst.state,
        reason=_remains(entry) if worst.state is State.ACCEPTED else worst.reason,
        receipts=receipts,
        updated=datetime.fromtimestamp(entry.created, UTC),
        needs_author=any(r.state in _AUTHORS for r in receipts),
        findings=bool(read_record(entry.record).detections),
    )


def _subject(entry: EntryRow, table: OutboxTable) -> str:
    if entry.subject is not None:
        return entry.subject
    try:
        return draft_of(entry.id, table).subject
    except MessageError:
        return ""  # one entry that cannot be read must not hide the others


def _remains(entry: EntryRow) -> str:
    if all(row.recorded for row in entry.recipients):
        return "Delivered; your copy waits to be filed in Sent."
    return "Delivered; the audit record of it waits to be written."


def _former(entry: EntryRow, positions: Collection[int] | None, message_id: str) -> Former:
    same = read_record(entry.record).message_id == message_id
    others = [r for r in entry.recipients if r.state not in STOPPED] if same else []
    return Former(entry, stopped_in(entry, positions), frozenset(parse_address(r.address).key for r in others))
