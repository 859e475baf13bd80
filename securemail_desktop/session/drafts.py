"""Drafts on this machine: kept durably while they are written, until the outbox has them.

A draft's file is its message file (`message.compose.draft_bytes`) with the digests of its files in their place, so that saving a changed text
does not write 50 MB again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.sending import outbox
from securemail_desktop.sending.errors import NotWaiting
from securemail_desktop.sending.kept_draft import KeptDraft, keep, opened
from securemail_desktop.session.mail_view import SavedDraft
from securemail_desktop.store.drafts import DraftRow, DraftTable
from securemail_desktop.store.errors import NotKept
from securemail_desktop.store.outbox import EntryRow, OutboxTable

_MOST_NAMED = 20


class Drafts:
    """The drafts, safe to use from any thread. One that the outbox has is never seen: it is removed before anybody looks."""

    def __init__(self, table: DraftTable, now: Callable[[], datetime], outbox_table: OutboxTable) -> None:
        """Keep where drafts lie, the clock, and the outbox, which knows what is spent."""
        self._kept, self._now, self._outbox = table, now, outbox_table
        self._replaces: dict[str, str] = {}
        self._sweeping = Lock()

    def save(self, draft: Draft, *, writing: bool = False) -> None:
        """Keep a draft durably, in place of its former state; `writing` while its window is open.

        Raise `NotKeepable` for one that could not be opened again, `ComposeError`, `StoreError`: the former state is kept then.
        """
        kept = keep(draft)
        named = ", ".join(_named(r.address) for r in draft.recipients[:_MOST_NAMED])
        replaced = self.entry_of(draft.message_id)
        saved = self._now().timestamp()
        self._table().save(DraftRow(draft.message_id, kept.document, named, draft.subject, saved, writing, replaced), kept.files)

    def all(self) -> tuple[SavedDraft, ...]:
        """Return the drafts, newest first."""
        return tuple(
            SavedDraft(row.id, row.recipients, row.subject, datetime.fromtimestamp(row.saved, UTC)) for row in self._table().rows()
        )

    def open(self, draft_id: str) -> Draft:
        """Return a draft as it was saved, but dated now. Raise `NotKept`, `ParseError`."""
        found = self._table().get(draft_id)
        if found is None:
            raise NotKept("This draft is not here any more: it was sent or discarded.")
        row, contents = found
        return replace(opened(KeptDraft(row.document, contents)), date=self._now())

    def discard(self, draft_id: str) -> None:
        """Forget a draft; an unknown one is no error."""
        self._table().remove(draft_id)
        self._replaces.pop(draft_id, None)

    def left_behind(self) -> int:
        """Return how many drafts were being written when the program ended unexpectedly; each is told of once."""
        return self._table().settle()

    def reopened(self, entry: EntryRow) -> Draft:
        """Return what waits for its author in an entry of the outbox, as a draft; one that was taken from it before, and kept, is gone on with.

        Who is under way meanwhile is not in it. Raise `NotWaiting`.
        """
        waiting = outbox.reopened(entry, self._outbox)
        kept = next((row.id for row in self._table().rows() if row.replaces == entry.id), "")
        if not kept:
            # One message however often it is opened: two drafts under two names could both be sent.
            before = next((name for name, replaced in self._replaces.items() if replaced == entry.id), waiting.message_id)
            self._replaces[before] = entry.id
            return replace(waiting, message_id=before)
        draft, still = self.open(kept), {r.address.key for r in waiting.recipients}
        gone = {parse_address(row.address).key for row in entry.recipients} - still
        return replace(draft, recipients=tuple(r for r in draft.recipients if r.address.key not in gone))

    def entry_of(self, draft_id: str) -> str:
        """Return the entry of the outbox that a draft was taken from, or an empty text."""
        known = self._replaces.get(draft_id)
        return known if known is not None else next((row.replaces for row in self._table().rows() if row.id == draft_id), "")

    def entry_to_replace(self, draft_id: str) -> str:
        """Return `entry_of` a draft that is to be sent.

        Raise `NotWaiting`, once, where that entry left the outbox while the draft was open: sending the draft too may reach somebody twice.
        """
        former = self.entry_of(draft_id)
        if not former or self._outbox.get(former) is not None or self._outbox.ids_of(draft_id):
            return former
        self._replaces[draft_id] = ""  # from now on it is a message of its own
        raise NotWaiting(
            "The message that this draft was taken from was sent or given up in the Outbox meanwhile: send it again only if it is to go as well."
        )

    def _table(self) -> DraftTable:
        with self._sweeping:  # or a draft that is saved anew meanwhile would be taken for the spent one
            for draft_id in self._outbox.spent_drafts():
                self._kept.remove(draft_id)
                self._outbox.settle_draft(draft_id)
        return self._kept


def _named(address: Address) -> str:
    return address.name or address.spec
