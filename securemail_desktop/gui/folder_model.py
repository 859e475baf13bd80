"""The sidebar as a list model: the folders of every account by their role, the drafts and the outbox of this machine, and their counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.gui import words
from securemail_desktop.gui.folder_tree import Node, tree
from securemail_desktop.session.mail_view import FolderView

Index = QModelIndex | QPersistentModelIndex
PLACE_ROLE = Qt.ItemDataRole.UserRole + 4


class Kind(StrEnum):
    """What a row of the sidebar leads to; a heading and a mere name around folders (GROUP) lead nowhere."""

    HEADING = "heading"
    FOLDER = "folder"
    GROUP = "group"
    DRAFTS = "drafts"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Place:
    """One row: `count` is shown at its end, `urgent` when it needs the user; `spoken` is the whole row for a screen reader.

    `depth` is 0 for the outermost folders; `is_open` tells whether what is in a folder is shown, None where nothing is; `key` names it for good.
    """

    kind: Kind
    name: str
    icon: str = ""
    count: int = 0
    urgent: bool = False
    spoken: str = ""
    folder: FolderView | None = None
    depth: int = 0
    is_open: bool | None = None
    key: str = ""

    def same_as(self, other: "Place | None") -> bool:
        """Tell whether both lead to the same, whatever their counts."""
        ids = tuple((place.folder.id, "") if place.folder else (-1, place.key) for place in (self, other) if place is not None)
        return other is not None and self.kind == other.kind and ids[0] == ids[-1] and self.kind != Kind.HEADING


@dataclass(frozen=True, slots=True)
class Counts:
    """How many drafts there are here, and how many messages of the outbox need their author (`waiting`) or wait for a server (`going`)."""

    drafts: int = 0
    waiting: int = 0
    going: int = 0


_ROLES = {
    "inbox": ("Inbox", "inbox"),
    "sent": ("Sent", "send"),
    "archive": ("Archive", "archive"),
    "junk": ("Junk", "junk"),
    "trash": ("Trash", "trash"),
}
_NEVER_NEW = frozenset({"sent", "trash", "drafts"})


class FolderModel(QAbstractListModel):
    """The places, in the order in which they are read."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with what is on this machine."""
        super().__init__(parent)
        self._places = arrange((), Counts())

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        place = self._places[index.row()]
        texts: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: place.name,
            Qt.ItemDataRole.AccessibleTextRole: place.spoken,
            Qt.ItemDataRole.ToolTipRole: words.tooltip(place.name) if place.kind == Kind.FOLDER else None,
            PLACE_ROLE: place,
        }
        return texts.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let headings be passed over."""
        return super().flags(index) if self._places[index.row()].kind != Kind.HEADING else Qt.ItemFlag.NoItemFlags

    def place(self, row: int) -> Place | None:
        """Return a row, None outside."""
        return self._places[row] if 0 <= row < len(self._places) else None

    def row_of(self, place: Place | None) -> int:
        """Return where a place is now, -1 when it is gone."""
        return next((row for row, known in enumerate(self._places) if known.same_as(place)), -1)

    def inbox(self) -> int:
        """Return the row of the first inbox, -1 while none is known."""
        return next((row for row, place in enumerate(self._places) if place.folder and place.folder.role == "inbox"), -1)

    def show(self, folders: Sequence[FolderView], counts: Counts, closed: Collection[str] = ()) -> bool:
        """Show these; return False, and let views rest, when the rows are the same ones but for their counts."""
        places = arrange(folders, counts, closed)
        if [(place.name, place.depth) for place in places] == [(place.name, place.depth) for place in self._places]:
            self._places = places
            self.dataChanged.emit(self.index(0), self.index(len(places) - 1))
            return False
        self.beginResetModel()
        self._places = places
        self.endResetModel()
        return True


def arrange(folders: Sequence[FolderView], counts: Counts, closed: Collection[str] = ()) -> tuple[Place, ...]:
    """Return the rows: with one account its inbox stands before drafts and outbox, with more each account has a heading.

    What is in a folder of which the key is `closed` is not shown; unread messages in there count for the folder.
    """
    here = (_drafts(counts.drafts), _outbox(counts.waiting, counts.going))
    accounts = tuple(dict.fromkeys(folder.account for folder in folders))
    if len(accounts) > 1:
        return (*here, *(place for account in accounts for place in (_heading(account), *_of(account, folders, closed))))
    rows = _of(accounts[0], folders, closed) if accounts else ()
    after = next((n for n, place in enumerate(rows) if n and place.depth == 0), len(rows))
    first = rows[:after] if rows and rows[0].folder and rows[0].folder.role == "inbox" else ()
    return (*first, *here, *rows[len(first) :])


def targets(place: FolderView, folders: Sequence[FolderView]) -> tuple[tuple[int, str], ...]:
    """Return the folders (id, name) that messages of a folder can be moved to: the others of its account, as they stand in the sidebar."""
    nodes = tree(_shown(place.account, folders))
    others = [n for n in nodes if n.folder and n.folder.id != place.id and n.folder.role != "drafts"]
    return tuple((n.folder.id, _full_name(n)) for n in others if n.folder)


def whereabouts(folders: Sequence[FolderView]) -> dict[int, tuple[str, str]]:
    """Return name and role of each folder by its id, the account's name with it where there are several."""
    accounts = {folder.account for folder in folders}
    named = {
        node.folder.id: (_full_name(node), node.folder)
        for account in accounts
        for node in tree(_of_account(account, folders))
        if node.folder
    }
    return {
        number: (f"{name}, {words.visible(folder.account)}" if len(accounts) > 1 else name, folder.role)
        for number, (name, folder) in named.items()
    }


def archive_of(place: FolderView, folders: Sequence[FolderView]) -> int:
    """Return the archive of the folder's account, -1 where there is none or it is the folder itself."""
    return next((f.id for f in folders if f.account == place.account and f.role == "archive" and f.id != place.id), -1)


def _of_account(account: str, folders: Sequence[FolderView]) -> list[FolderView]:
    return [folder for folder in folders if folder.account == account]


def _shown(account: str, folders: Sequence[FolderView]) -> list[FolderView]:
    return [folder for folder in folders if folder.account == account and (folder.role != "drafts" or folder.total)]


def _of(account: str, folders: Sequence[FolderView], closed: Collection[str]) -> tuple[Place, ...]:
    """Return the rows of an account, without what is in closed folders."""
    nodes = tree(_shown(account, folders))
    rows: list[Place] = []
    hidden = -1  # the depth of the closed folder that the next ones are in
    for number, node in enumerate(nodes):
        if hidden >= 0 and node.depth > hidden:
            continue
        key = "/".join((account, *node.path))
        is_closed = node.has_children and key in closed
        hidden = node.depth if is_closed else -1
        inside = nodes[number + 1 : _end(nodes, number)] if is_closed else ()
        rows.append(_place(node, key, is_open=not is_closed if node.has_children else None, more=sum(map(_unread, inside))))
    return tuple(rows)


def _end(nodes: Sequence[Node], start: int) -> int:
    return next((n for n in range(start + 1, len(nodes)) if nodes[n].depth <= nodes[start].depth), len(nodes))


def _unread(node: Node) -> int:
    return 0 if node.folder is None or node.folder.role in _NEVER_NEW else node.folder.unseen


def _place(node: Node, key: str, *, is_open: bool | None, more: int) -> Place:
    name, icon = _named(node)
    count = _unread(node) + more
    spoken = [name, f"{count} unread" if count else "", {None: "", True: "open", False: "closed"}[is_open]]
    spoken.append(f"in {words.visible(node.path[-2])}" if node.depth else "")
    kind = Kind.GROUP if node.folder is None else Kind.FOLDER
    said = ", ".join(filter(None, spoken))
    return Place(kind, name, icon, count, spoken=said, folder=node.folder, depth=node.depth, is_open=is_open, key=key)


def _named(node: Node) -> tuple[str, str]:
    """Return what people call a folder, and its icon."""
    role = node.folder.role if node.folder else ""
    if role == "drafts":
        return "Drafts on the server", "compose"
    return _ROLES.get(role, (words.visible(node.path[-1]), "folder"))


def _full_name(node: Node) -> str:
    role = node.folder.role if node.folder else ""
    return _ROLES[role][0] if role in _ROLES else " / ".join(map(words.visible, node.path))


def _heading(account: str) -> Place:
    return Place(Kind.HEADING, words.visible(account), spoken=f"Account {words.visible(account)}")


def _drafts(count: int) -> Place:
    return Place(Kind.DRAFTS, "Drafts", "compose", count, spoken=f"Drafts, {count} kept" if count else "Drafts")


def _outbox(waiting: int, going: int) -> Place:
    needs = "1 message needs" if waiting == 1 else f"{waiting} messages need"
    goes = "1 message waits" if going == 1 else f"{going} messages wait"
    parts = (f"{needs} your decision" if waiting else "", f"{goes} for the server" if going else "")
    spoken = f"Outbox: {', '.join(filter(None, parts)) or 'nothing needs you'}"
    return Place(Kind.OUTBOX, "Outbox", "outbox", waiting + going, urgent=waiting > 0, spoken=spoken)
