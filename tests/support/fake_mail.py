"""A mailbox and drafts in memory: the ports of the mailbox window, honest about what they do, and slow or broken where a test says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event

from securemail_desktop.accounts.errors import NotThere
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, Part, SignatureVerdict
from securemail_desktop.message.address import Address, parse_address, parse_addresses
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.invitation import Answer, Invitation
from securemail_desktop.message.marks import Marks
from securemail_desktop.session.mail_view import FolderView, Listing, MessageView, Reading, SavedDraft
from securemail_desktop.store.shown import NEWEST_FIRST, Only, Order, Shown

ALICE = parse_address("Alice Moreau <alice@clinic.example>")
BOB = "Bob Weiss <bob@lab.example>"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ROLES = ("inbox", "drafts", "sent", "archive", "junk", "trash", "")
INBOX, DRAFTS, SENT, ARCHIVE, JUNK, TRASH, OTHER = range(1, 8)
NAMES = ("INBOX", "Drafts", "Sent", "Archive", "Junk", "Trash", "Projects/Diabetes study")
PLAIN = Opened(Method.NONE, False, SignatureVerdict.NONE, "", False, Integrity.UNAUTHENTICATED, "", (), ())


@dataclass(frozen=True)
class Content:
    """What is in one message besides its row."""

    text: str = ""
    html: str = ""
    opened: Opened = PLAIN
    files: tuple[Part, ...] = ()
    cc: str = ""
    invitation: Invitation | None = None


@dataclass
class FakeMail:
    """`put` fills a folder; `error` is raised by what needs the network, `gate` holds it up; `calls` is what was asked for."""

    rows: dict[int, list[MessageView]] = field(default_factory=lambda: {number: [] for number in range(1, 8)})
    contents: dict[int, Content] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    error: Exception | None = None
    gate: Event = field(default_factory=Event)
    account: str = "alice"
    hits: dict[str, set[int]] = field(default_factory=dict)  # what `search` found in texts, by words
    arriving: list[MessageView] = field(default_factory=list)
    bell: Event = field(default_factory=Event)  # rings when something happens in the inbox
    watch_error: Exception | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def put(
        self,
        folder: int,
        subject: str,
        content: Content | None = None,
        *,
        sender: str = BOB,
        seen: bool = False,
        flagged: bool = False,
        to: str = str(ALICE.spec),
    ) -> MessageView:
        """Add a message on top of a folder."""
        number = 1 + max(self.contents, default=0)
        rows = self.rows[folder]
        date = NOW - timedelta(days=400) + timedelta(hours=7 * len(rows)) if len(rows) > 1000 else NOW - timedelta(hours=40 - len(rows))
        view = MessageView(number, folder, sender, to, subject, date, seen, flagged, False, 2048)
        self.rows[folder].insert(0, view)
        self.contents[number] = content or Content(f"The text of {subject}.")
        return view

    def fill(self, folder: int, count: int) -> None:
        """Put many messages into an empty folder, the highest number on top."""
        self.rows[folder] = [
            MessageView(
                1_000_000 + n, folder, BOB, ALICE.spec, f"Message {n}", NOW - timedelta(minutes=count - n), n % 3 > 0, False, False, 900
            )
            for n in reversed(range(count))
        ]

    def folders(self) -> tuple[FolderView, ...]:
        return tuple(
            FolderView(
                number,
                self.account,
                name,
                role,
                len(self.rows[number]),
                sum(not row.seen for row in self.rows[number]),
                tuple(name.split("/")),
            )
            for number, (name, role) in enumerate(zip(NAMES, ROLES, strict=True), 1)
        )

    def listing(self, folder: int, offset: int, count: int, words: str = "", shown: Shown = NEWEST_FIRST) -> Listing:
        self.calls.append(f"listing {folder} {offset}")
        wanted = words.casefold().split()
        rows = self.rows[folder]
        if shown.only is not Only.ALL:
            rows = [row for row in rows if row.id == shown.kept or _belongs(row, shown.only)]
        if shown.order is not Order.NEWEST:
            rows = sorted(rows, key=lambda row: _rank(row, shown.order))
        found = [r for r in rows if all(w in f"{r.sender} {r.to} {r.subject}".casefold() for w in wanted)] if wanted else rows
        return Listing(tuple(found[offset : offset + count]), len(found))

    def found(self, words: str, offset: int, count: int, shown: Shown = NEWEST_FIRST) -> Listing:
        self.calls.append(f"found {words} {offset}")
        rows = [row for number in self.rows for row in self.listing(number, 0, 10_000, words, shown).rows]
        rows += [row for rest in self.rows.values() for row in rest if row.id in self.hits.get(words, ()) and row not in rows]
        return Listing(tuple(rows[offset : offset + count]), len(rows))

    def search(self, words: str, wanted: Callable[[], bool]) -> None:
        self._network(f"search {words}")
        if wanted():
            self.hits[words] = {
                row.id for rest in self.rows.values() for row in rest if words in self.contents.get(row.id, Content("")).text
            }

    def refresh(self, folder: int | None = None) -> int:
        self._network(f"refresh {folder}")
        for view in self.arriving:
            self.rows[view.folder].insert(0, view)
        arrived = sum(view.folder == INBOX and not view.seen for view in self.arriving)
        self.arriving.clear()
        return arrived

    def watch(self, account: str, wanted: Callable[[], bool]) -> bool:
        self.calls.append(f"watch {account}")
        if self.watch_error is not None:
            raise self.watch_error
        while wanted():
            if self.bell.wait(0.02):
                self.bell.clear()
                return True
        return False

    def read(self, message: int) -> Reading:
        self._network(f"read {message}")
        view, content = self._view(message), self.contents.get(message, Content("A text."))
        sender = parse_addresses(view.sender)
        return Reading(
            view,
            content.opened,
            sender,
            parse_addresses(view.to),
            parse_addresses(content.cc),
            content.text,
            content.html,
            content.files,
            content.invitation,
        )

    def source(self, message: int) -> bytes:
        self._network(f"source {message}")
        view = self._view(message)
        return f"From: {view.sender}\r\nSubject: {view.subject}\r\n\r\n{self.contents[message].text}\r\n".encode()

    def mark(self, messages: Sequence[int], *, seen: bool | None = None, flagged: bool | None = None) -> None:
        self.calls.append(f"mark {list(messages)} seen={seen} flagged={flagged}")
        for number in messages:
            view = self._view(number)
            changed = replace(view, seen=view.seen if seen is None else seen, flagged=view.flagged if flagged is None else flagged)
            rows = self.rows[view.folder]
            rows[rows.index(view)] = changed

    def move(self, messages: Sequence[int], folder: int) -> None:
        self._network(f"move {list(messages)} {folder}")
        for number in messages:
            view = self._view(number)
            self.rows[view.folder].remove(view)
            self.rows[folder].insert(0, replace(view, folder=folder))
            self.rows[folder].sort(key=lambda row: row.date, reverse=True)

    def delete(self, messages: Sequence[int]) -> None:
        for number in messages:
            view = self._view(number)
            if view.folder == TRASH:
                self._network(f"delete {number}")
                self.rows[TRASH].remove(view)
            else:
                self.move([number], TRASH)

    def reply(self, message: int, *, everyone: bool) -> Draft:
        self._network(f"reply {message} everyone={everyone}")
        view = self._view(message)
        return self._draft(f"Re: {view.subject}", tuple(map(Recipient, parse_addresses(view.sender))))

    def respond(self, message: int, said: Answer) -> Draft:
        self._network(f"respond {message} {said.value}")
        invitation = self.contents[message].invitation
        assert invitation is not None
        assert invitation.organizer is not None
        return self._draft(f"{said.value.title()}: {self._view(message).subject}", (Recipient(invitation.organizer),))

    def again(self, message: int, recipient: Address) -> Draft:
        self._network(f"again {message} {recipient.key}")
        return self._draft(self._view(message).subject, (Recipient(recipient),))

    def forward(self, message: int) -> Draft:
        self._network(f"forward {message}")
        files = tuple(Attachment(f.filename, f.content_type, f.content) for f in self.contents[message].files)
        return replace(self._draft(f"Fwd: {self._view(message).subject}", ()), attachments=files)

    def _draft(self, subject: str, recipients: tuple[Recipient, ...]) -> Draft:
        return Draft(ALICE, recipients, subject, "", f"<{len(self.calls)}.answer@clinic.example>", NOW)

    def _view(self, message: int) -> MessageView:
        found = next((row for rows in self.rows.values() for row in rows if row.id == message), None)
        if found is None:
            raise NotThere("The message is not in the mailbox any more.")
        return found

    def _network(self, call: str) -> None:
        self.calls.append(call)
        self.gate.wait(10)
        if self.error is not None:
            raise self.error


@dataclass
class FakeDrafts:
    """Drafts by Message-ID in the order in which they were saved; `writing` are those whose windows are open."""

    kept: dict[str, Draft] = field(default_factory=dict)
    writing: frozenset[str] = frozenset()
    calls: list[str] = field(default_factory=list)
    error: Exception | None = None

    def save(self, draft: Draft, *, writing: bool = False) -> None:
        self._ask(f"save {draft.message_id}")
        self.kept.pop(draft.message_id, None)
        self.kept[draft.message_id] = draft
        self.writing = self.writing | {draft.message_id} if writing else self.writing - {draft.message_id}

    def all(self) -> tuple[SavedDraft, ...]:
        self._ask("all")
        return tuple(SavedDraft(key, _recipients(d), d.subject, d.date) for key, d in reversed(self.kept.items()))

    def open(self, draft_id: str) -> Draft:
        self._ask(f"open {draft_id}")
        return self.kept[draft_id]

    def discard(self, draft_id: str) -> None:
        self._ask(f"discard {draft_id}")
        self.kept.pop(draft_id, None)
        self.writing -= {draft_id}

    def left_behind(self) -> int:
        left, self.writing = len(self.writing), frozenset()
        return left

    def _ask(self, call: str) -> None:
        self.calls.append(call)
        if self.error is not None:
            raise self.error


def _recipients(draft: Draft) -> str:
    return ", ".join(_named(recipient.address) for recipient in draft.recipients)


def _named(address: Address) -> str:
    return address.name or address.spec


def _belongs(row: MessageView, only: Only) -> bool:
    return {Only.UNREAD: not row.seen, Only.FLAGGED: row.flagged, Only.ATTACHED: Marks.ATTACHED in row.marks}[only]


def _rank(row: MessageView, order: Order) -> tuple[object, ...]:
    newest = -row.date.timestamp()
    known = {Order.OLDEST: row.date, Order.SENDER: row.sender, Order.RECIPIENT: row.to, Order.SUBJECT: row.subject, Order.SIZE: -row.size}
    return known[order], newest
