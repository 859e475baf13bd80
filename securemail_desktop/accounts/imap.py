"""A mailbox over IMAP: RFC 9051 and 3501, RFC 6154 special folders, RFC 7162 changed flags; messages are read without being marked as seen.

Nothing that a server says is taken for good: numbers are bounded, an answer that is no IMAP is an `AccountError`.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from imapclient import IMAPClient
from imapclient.imapclient import SEEN

from securemail_desktop.accounts import imap_changes, imap_folders, imap_search, imap_watch
from securemail_desktop.accounts.errors import NotThere, Renumbered, ServerRefused, TooLarge
from securemail_desktop.accounts.imap_rows import MAX_UID, ROW, WHOLE_ROW, fetched, flags_of, headers
from securemail_desktop.accounts.imap_session import MAX_MESSAGE, ImapSession
from securemail_desktop.accounts.line import Line, Timeouts
from securemail_desktop.accounts.protocol import Folder, FolderState, Header, Hop, Moved, Place
from securemail_desktop.accounts.settings import Server
from securemail_desktop.message.flags import Flags

_PATIENT = Timeouts()
_AT_ONCE = 2000  # messages whose flags are asked for by one command
_TOO_LARGE = "This message is larger than 100 MB, which this program does not open: read it where your mailbox is."


class ImapMailbox:
    """Reads and files mail on one IMAP server; a `Mailbox` and `Checkable`."""

    def __init__(self, server: Server, password: str, timeouts: Timeouts = _PATIENT) -> None:
        """Keep how to connect."""
        self._line = Line(server, timeouts)
        self._session = ImapSession(self._line, password)
        self._watching: IMAPClient | None = None

    def folders(self) -> Sequence[Folder]:
        """Return all folders that can hold messages."""
        with self._session.working() as client:
            return imap_folders.folders(client)

    def headers(self, folder: str, newest: int) -> Sequence[Header]:
        """Return the newest rows of a folder, newest first; raise `NotThere`."""
        with self._session.working() as client:
            count = _select(client, Place(folder, 0)).count
            if not count or newest <= 0:
                return ()
            # the newest are known by position
            rows = headers(fetched(client, f"{max(1, count - newest + 1)}:{count}", ROW, by_uid=False))
            return tuple(sorted(rows, key=lambda row: row.uid, reverse=True))

    def state(self, folder: str) -> FolderState:
        """Return how a folder stands; raise `NotThere`."""
        with self._session.working() as client:
            return _select(client, Place(folder, 0))

    def new_uids(self, place: Place, first: int) -> Sequence[int]:
        """Return the UIDs from `first` on."""
        with self._folder(place) as (client, _):
            found = client.search(["UID", f"{first}:*"])
            return sorted({uid for uid in found if first <= uid <= MAX_UID})  # `*` is the last message, however small its UID

    def flags(self, place: Place) -> Mapping[int, Flags]:
        """Return the flags of all messages by UID."""
        with self._folder(place) as (client, state):
            found: dict[int, Flags] = {}
            # by position: no server may remove messages meanwhile, as it may while it answers about UIDs (RFC 9051, 7.5.1)
            for first in range(1, state.count + 1, _AT_ONCE):
                rows = fetched(client, f"{first}:{min(first + _AT_ONCE - 1, state.count)}", "(UID FLAGS)", by_uid=False)
                found |= {uid: flags_of(row) for uid, row in rows.items()}
            return found

    def changed_flags(self, place: Place, modseq: int) -> Mapping[int, Flags]:
        """Return the flags by UID of what has changed since the state with this `modseq`."""
        with self._folder(place) as (client, _):
            rows = fetched(client, "1:*", "(UID FLAGS)", f"(CHANGEDSINCE {modseq})")
            return {uid: flags_of(row) for uid, row in rows.items() if b"FLAGS" in row}

    def rows(self, place: Place, uids: Sequence[int]) -> Sequence[Header]:
        """Return the rows of some hundred messages at most; those that are gone are left out."""
        if not uids:
            return ()
        try:
            return self._rows(place, uids, WHOLE_ROW)
        except (ServerRefused, TooLarge):  # somebody's message may have a structure that cannot be read
            return self._rows(place, uids, ROW)

    def fetch(self, place: Place, uid: int) -> bytes:
        """Return one whole message; raise `NotThere`, or `TooLarge` above 100 MB."""
        with self._folder(place) as (client, _):
            size = fetched(client, str(uid), "(UID RFC822.SIZE)").get(uid, {}).get(b"RFC822.SIZE")
            if isinstance(size, int) and size > MAX_MESSAGE:
                raise TooLarge(_TOO_LARGE)
            content = fetched(client, str(uid), "(UID BODY.PEEK[])").get(uid, {}).get(b"BODY[]")
        if not isinstance(content, bytes):
            raise NotThere(f"The folder {place.folder} no longer has this message.")
        return content

    def set_flags(self, place: Place, uids: Sequence[int], flags: Flags, *, on: bool) -> None:
        """Set or clear flags; messages that are gone are no error."""
        with self._folder(place, readonly=False) as (client, _):
            imap_changes.set_flags(client, uids, flags, on=on)

    def move(self, place: Place, uids: Sequence[int], target: str) -> Moved:
        """Move messages to another folder, which is made where it is missing; nobody else's messages are touched."""
        with contextlib.suppress(NotThere), self._folder(place, readonly=False) as (client, _):
            return imap_changes.move(client, uids, target)
        with self._folder(place, readonly=False) as (client, _):
            if not client.folder_exists(target):
                client.create_folder(target)
            return imap_changes.move(client, uids, target)

    def delete(self, place: Place, uids: Sequence[int]) -> None:
        """Delete messages for good; where the server cannot do that to these alone, they stay marked as deleted."""
        with self._folder(place, readonly=False) as (client, _):
            imap_changes.delete(client, uids)

    def append(self, folder: str, message: bytes, *, seen: bool) -> None:
        """File one message; a missing folder is made."""
        flags = (SEEN,) if seen else ()
        try:
            with self._session.working() as client:
                imap_changes.append(client, folder, message, flags)
        except NotThere:
            with self._session.working() as client:
                client.create_folder(folder)
                imap_changes.append(client, folder, message, flags)

    def find(self, folder: str, message_id: str) -> bool:
        """Say whether the folder holds a message with this Message-ID; a folder that does not exist holds none."""
        try:
            with self._session.working() as client:
                client.select_folder(folder, readonly=True)
                return bool(client.search(["HEADER", "Message-ID", message_id]))
        except NotThere:
            return False

    def holding(self, place: Place, words: Sequence[str]) -> Sequence[int]:
        """Return the UIDs of messages in whose header or text each word is a part, as the server sees them."""
        with self._folder(place) as (client, _):
            return imap_search.holding(client, words)

    def watch(self, wanted: Callable[[], bool]) -> bool:
        """Wait some minutes at most, while it is `wanted`, until the inbox may have changed; say whether it may."""
        with self._session.kept() as client:
            if self._watching is client:
                return imap_watch.wait(client, wanted)
            imap_watch.begin(client)
            self._watching = client
            return True  # nobody told what happened before

    def check(self) -> Iterator[Hop]:
        """Yield each hop that works; raise the `AccountError` of the first that does not."""
        yield from self._session.opening()
        found = self.folders()
        roles = ", ".join(f"{folder.role} is {folder.name}" for folder in found if folder.role)
        yield Hop("folders", f"{len(found)} ({roles or 'none with a known role'})")
        self._session.quit()

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        self._line.interrupt()

    def close(self) -> None:
        """End the session politely."""
        self._session.quit()

    def _rows(self, place: Place, uids: Sequence[int], items: str) -> Sequence[Header]:
        with self._folder(place) as (client, _):
            return headers(fetched(client, ",".join(map(str, uids)), items), frozenset(uids))

    @contextmanager
    def _folder(self, place: Place, *, readonly: bool = True) -> Iterator[tuple[IMAPClient, FolderState]]:
        """Give the client with the folder open; raise `NotThere`, `Renumbered`."""
        with self._session.working() as client:
            yield client, _select(client, place, readonly=readonly)


def _select(client: IMAPClient, place: Place, *, readonly: bool = True) -> FolderState:
    told = client.select_folder(place.folder, readonly=readonly)
    validity, modseq = told[b"UIDVALIDITY"], told.get(b"HIGHESTMODSEQ", 0)
    if not 0 < validity <= MAX_UID:
        raise ValueError("no UIDVALIDITY")
    if place.validity not in {0, validity}:
        raise Renumbered(f"The server has numbered the folder {place.folder} anew: look at it again and repeat what you did.")
    next_uid = told.get(b"UIDNEXT", 0)
    return FolderState(validity, told[b"EXISTS"], next_uid if 0 < next_uid <= MAX_UID else 0, modseq if 0 < modseq < 2**63 else 0)
