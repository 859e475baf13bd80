"""A mail server in memory: a `Mailbox` that numbers, flags, moves and deletes as IMAP does, and fails where a test says so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from securemail_desktop.accounts.errors import AccountError, NotThere, Renumbered
from securemail_desktop.accounts.folder_roles import with_roles
from securemail_desktop.accounts.imap_rows import headers
from securemail_desktop.accounts.protocol import Folder, FolderState, Header, Moved, Place
from securemail_desktop.accounts.settings import Account
from securemail_desktop.message.flags import NO_FLAGS, Flags


@dataclass
class Stored:
    """One message in a folder."""

    content: bytes
    flags: Flags = NO_FLAGS
    modseq: int = 1


@dataclass
class MemoryFolder:
    """One folder; `validity` may be changed, as servers do that are restored from a backup."""

    validity: int = 1
    next_uid: int = 1
    messages: dict[int, Stored] = field(default_factory=dict)


@dataclass
class MemoryMailbox:
    """`fail` is raised by every call, `failing` by the n-th one of a name; `calls` are the names of calls. Without `condstore` there is no modseq;
    `counting` tells how many messages a folder has along with its name."""

    folders_by_name: dict[str, MemoryFolder] = field(default_factory=lambda: {name: MemoryFolder() for name in ("INBOX", "Sent", "Trash")})
    condstore: bool = True
    uidplus: bool = True
    counting: bool = False
    fail: AccountError | None = None
    failing: dict[tuple[str, int], AccountError] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    on_call: Callable[[str], None] = lambda _: None
    modseq: int = 1

    def put(self, content: bytes, folder: str = "INBOX", flags: Flags = NO_FLAGS) -> int:
        """Let a message arrive; return its UID."""
        place = self.folders_by_name.setdefault(folder, MemoryFolder())
        uid, place.next_uid = place.next_uid, place.next_uid + 1
        place.messages[uid] = Stored(content, flags, self._next())
        return uid

    def change(self, uid: int, flags: Flags, folder: str = "INBOX") -> None:
        """Let another program set flags."""
        stored = self.folders_by_name[folder].messages[uid]
        stored.flags, stored.modseq = flags, self._next()

    def folders(self) -> Sequence[Folder]:
        self._called("folders")
        found = with_roles(((), "/", name) for name in self.folders_by_name)
        return [self._counted(folder) for folder in found] if self.counting else found

    def headers(self, folder: str, newest: int) -> Sequence[Header]:
        self._called("headers")
        uids = sorted(self._at(Place(folder, 0)).messages, reverse=True)[:newest]
        return self.rows(Place(folder, 0), uids)

    def state(self, folder: str) -> FolderState:
        self._called("state")
        at = self._at(Place(folder, 0))
        return FolderState(at.validity, len(at.messages), at.next_uid, self.modseq if self.condstore else 0)

    def new_uids(self, place: Place, first: int) -> Sequence[int]:
        self._called("new_uids")
        return [uid for uid in self._at(place).messages if uid >= first]

    def flags(self, place: Place) -> Mapping[int, Flags]:
        self._called("flags")
        return {uid: stored.flags for uid, stored in self._at(place).messages.items()}

    def changed_flags(self, place: Place, modseq: int) -> Mapping[int, Flags]:
        self._called("changed_flags")
        return {uid: stored.flags for uid, stored in self._at(place).messages.items() if stored.modseq > modseq}

    def rows(self, place: Place, uids: Sequence[int]) -> Sequence[Header]:
        self._called("rows")
        messages = self._at(place).messages
        return [self._row(uid, messages[uid]) for uid in uids if uid in messages]

    def fetch(self, place: Place, uid: int) -> bytes:
        self._called("fetch")
        stored = self._at(place).messages.get(uid)
        if stored is None:
            raise NotThere("The message is gone.")
        return stored.content

    def set_flags(self, place: Place, uids: Sequence[int], flags: Flags, *, on: bool) -> None:
        self._called("set_flags")
        messages = self._at(place).messages
        for uid in uids:
            if uid in messages:
                self.change(uid, messages[uid].flags | flags if on else messages[uid].flags & ~flags, place.folder)

    def move(self, place: Place, uids: Sequence[int], target: str) -> Moved:
        self._called("move")
        messages = self._at(place).messages
        moved = {uid: self.put(messages[uid].content, target, messages.pop(uid).flags) for uid in uids if uid in messages}
        return Moved(self.folders_by_name[target].validity, moved) if self.uidplus else Moved()

    def delete(self, place: Place, uids: Sequence[int]) -> None:
        self._called("delete")
        for uid in uids:
            if self.uidplus:
                self._at(place).messages.pop(uid, None)
            else:
                self.change(uid, Flags.DELETED, place.folder)

    def append(self, folder: str, message: bytes, *, seen: bool) -> None:
        self._called("append")
        self.put(message, folder, Flags.SEEN if seen else NO_FLAGS)

    def find(self, folder: str, message_id: str) -> bool:
        self._called("find")
        return any(message_id.encode() in stored.content for stored in self._at(Place(folder, 0)).messages.values())

    def holding(self, place: Place, words: Sequence[str]) -> Sequence[int]:
        self._called("holding")
        messages = self._at(place).messages
        return [uid for uid, stored in messages.items() if all(word.lower().encode() in stored.content.lower() for word in words)]

    def watch(self, wanted: Callable[[], bool]) -> bool:
        self._called("watch")
        return True

    def interrupt(self) -> None: ...

    def close(self) -> None: ...

    @contextmanager
    def standing(self, account: Account, purpose: str) -> Iterator["MemoryMailbox"]:
        """Be the only mailbox there is."""
        yield self

    def _counted(self, folder: Folder) -> Folder:
        at = self.folders_by_name[folder.name]
        unseen = sum(Flags.SEEN not in stored.flags for stored in at.messages.values())
        return replace(folder, count=len(at.messages), unseen=unseen, next_uid=at.next_uid)

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.on_call(name)
        error = self.fail or self.failing.get((name, self.calls.count(name)))
        if error is not None:
            raise error

    def _at(self, place: Place) -> MemoryFolder:
        found = self.folders_by_name.get(place.folder)
        if found is None:
            raise NotThere("There is no such folder.")
        if place.validity not in {0, found.validity}:
            raise Renumbered("The folder was numbered anew.")
        return found

    def _next(self) -> int:
        self.modseq += 1
        return self.modseq

    def _row(self, uid: int, stored: Stored) -> Header:
        head = stored.content.partition(b"\r\n\r\n")[0]
        (row,) = headers({uid: {b"BODY[HEADER.FIELDS ()]": head, b"RFC822.SIZE": len(stored.content)}})
        return Header(uid, row.sender, row.to, row.subject, row.date, row.message_id, stored.flags, row.size, row.marks)
