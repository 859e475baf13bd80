"""Brings the rows of one folder up to date with the server's, with as few commands as the server allows.

Each step is durable by itself and right by itself; how far all is up to date is noted last. A sync that breaks off anywhere is made good by
the next one: it fetches what is new and still unknown, and compares all when the numbers of messages differ.
"""

from collections.abc import Collection, Mapping
from itertools import groupby

from securemail_desktop.accounts.errors import ServerRefused
from securemail_desktop.accounts.protocol import FolderState, Header, Mailbox, Place
from securemail_desktop.message.flags import Flags
from securemail_desktop.store.folders import FolderRow, FolderTable
from securemail_desktop.store.messages import MessageTable, NewMessage, Pending

_AT_ONCE = 300  # rows that one command fetches
_A_TIME = 5_000  # rows that one refresh fetches: the newest are soon there, the rest follows with the next ones
_A_GAP = 50_000  # UIDs since the last time: beyond, all are compared


class FolderSync:
    """Keeps folders' rows in the store like those of one mailbox."""

    def __init__(self, box: Mailbox, folders: FolderTable, messages: MessageTable) -> None:
        """Keep both sides."""
        self._box, self._folders, self._messages = box, folders, messages

    def run(self, folder: FolderRow) -> list[Header]:
        """Bring one folder up to date and return the rows that are new here, newest first; raise `AccountError`."""
        state = self._box.state(folder.name)
        if state.validity != folder.validity:
            self._folders.renumber(folder.id, state.validity)
        self.push(self._folders.get(folder.id) or folder)
        folder = self._folders.get(folder.id) or folder
        new, complete = self._compare(folder, Place(folder.name, state.validity), state)
        self._mark_older(folder, Place(folder.name, state.validity))
        if complete:
            self._folders.up_to_date(folder.id, state.validity, state.next_uid, state.modseq)
        return new

    def _mark_older(self, folder: FolderRow, place: Place) -> None:
        """Ask for the marks of rows that an older program took in, some at each refresh."""
        uids = self._messages.unmarked(folder.id, _AT_ONCE)
        if uids:
            found = {row.uid: int(row.marks) for row in self._box.rows(place, uids)}
            self._messages.take_marks(folder.id, dict.fromkeys(uids, 0) | found)

    def push(self, folder: FolderRow) -> None:
        """Bring the flags that were set here to the server; those that it refuses for good are given up."""
        place = Place(folder.name, folder.validity)
        pending = sorted(self._messages.pending(folder.id), key=_change)
        for (bits, flags), group in groupby(pending, _change):
            some = list(group)
            for start in range(0, len(some), _AT_ONCE):
                self._push(folder, place, (Flags(bits & flags), Flags(bits & ~flags)), some[start : start + _AT_ONCE])

    def _push(self, folder: FolderRow, place: Place, changes: tuple[Flags, Flags], pending: list[Pending]) -> None:
        uids = [one.uid for one in pending]
        try:
            for flags, on in zip(changes, (True, False), strict=True):
                if flags:
                    self._box.set_flags(place, uids, flags, on=on)
        except ServerRefused:  # a folder that may only be read
            self._folders.doubt(folder.id)
        self._messages.pushed(pending)

    def _compare(self, folder: FolderRow, place: Place, state: FolderState) -> tuple[list[Header], bool]:
        """Take in what is new and changed, and let go what is gone; say whether all is known then."""
        new = self._fetch_new(folder, place, state)
        whole: Mapping[int, Flags] | None = None
        if not folder.modseq or not state.modseq:
            whole = self._box.flags(place)
        elif state.modseq > folder.modseq:
            self._messages.take_flags(folder.id, self._box.changed_flags(place, folder.modseq))
        if whole is None and self._messages.count(folder.id) != state.count:
            whole = self._box.flags(place)
        if whole is None:
            return new, True
        missing = self._take_whole(folder, whole)
        return [*new, *self._fetch(folder, place, missing)], len(missing) <= _A_TIME

    def _fetch_new(self, folder: FolderRow, place: Place, state: FolderState) -> list[Header]:
        if not 0 < state.next_uid - folder.next_uid < _A_GAP or not folder.next_uid:
            return []
        known = self._messages.uids(folder.id)
        return self._fetch(folder, place, [uid for uid in self._box.new_uids(place, folder.next_uid) if uid not in known])

    def _take_whole(self, folder: FolderRow, whole: Mapping[int, Flags]) -> list[int]:
        """Let go what is gone, take changed flags, return the UIDs that are not known here."""
        self._messages.keep(folder.id, whole.keys())
        known = self._messages.uids(folder.id)
        self._messages.take_flags(folder.id, {uid: int(flags) for uid, flags in whole.items() if known.get(uid, flags) != flags})
        return [uid for uid in whole if uid not in known]

    def _fetch(self, folder: FolderRow, place: Place, uids: Collection[int]) -> list[Header]:
        """Fetch rows, the newest first."""
        wanted = sorted(uids, reverse=True)[:_A_TIME]
        found: list[Header] = []
        for start in range(0, len(wanted), _AT_ONCE):
            rows = self._box.rows(place, wanted[start : start + _AT_ONCE])
            self._messages.add(folder.id, place.validity, map(_stored, rows))
            found += rows
        return found


def _change(pending: Pending) -> tuple[int, int]:
    """Return what is to be changed and how."""
    return pending.bits, pending.flags & pending.bits


def _stored(row: Header) -> NewMessage:
    return NewMessage(
        row.uid, row.message_id, row.sender, row.to, row.subject, int(row.date.timestamp()), int(row.flags), row.size, int(row.marks)
    )
