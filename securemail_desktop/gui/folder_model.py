"""The sidebar as a list model: the folders of every account by their role, the drafts and the outbox of this machine, and their counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.gui import words
from securemail_desktop.session.mail_view import FolderView

Index = QModelIndex | QPersistentModelIndex
PLACE_ROLE = Qt.ItemDataRole.UserRole + 4


class Kind(StrEnum):
    """What a row of the sidebar leads to; a heading leads nowhere."""

    HEADING = "heading"
    FOLDER = "folder"
    DRAFTS = "drafts"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Place:
    """One row: `count` is shown at its end, `urgent` when it needs the user; `spoken` is the whole row for a screen reader."""

    kind: Kind
    name: str
    icon: str = ""
    count: int = 0
    urgent: bool = False
    spoken: str = ""
    folder: FolderView | None = None

    def same_as(self, other: "Place | None") -> bool:
        """Tell whether both lead to the same, whatever their counts."""
        ids = tuple(place.folder.id if place.folder else -1 for place in (self, other) if place is not None)
        return other is not None and self.kind == other.kind and ids[0] == ids[-1] and self.kind != Kind.HEADING


@dataclass(frozen=True, slots=True)
class Counts:
    """How many drafts there are here, and how many messages of the outbox need their author."""

    drafts: int = 0
    waiting: int = 0


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

    def show(self, folders: Sequence[FolderView], counts: Counts) -> bool:
        """Show these; return False, and let views rest, when the rows are the same ones but for their counts."""
        places = arrange(folders, counts)
        if len(places) == len(self._places) and all(new.name == old.name for new, old in zip(places, self._places, strict=True)):
            self._places = places
            self.dataChanged.emit(self.index(0), self.index(len(places) - 1))
            return False
        self.beginResetModel()
        self._places = places
        self.endResetModel()
        return True


def arrange(folders: Sequence[FolderView], counts: Counts) -> tuple[Place, ...]:
    """Return the rows: with one account its inbox stands before drafts and outbox, with more each account has a heading."""
    here = (_drafts(counts.drafts), _outbox(counts.waiting))
    accounts = tuple(dict.fromkeys(folder.account for folder in folders))
    if len(accounts) > 1:
        return (*here, *(place for account in accounts for place in (_heading(account), *_of(account, folders))))
    rows = _of(accounts[0], folders) if accounts else ()
    first = tuple(place for place in rows if place.folder and place.folder.role == "inbox")
    return (*first, *here, *(place for place in rows if place not in first))


def targets(place: FolderView, folders: Sequence[FolderView]) -> tuple[tuple[int, str], ...]:
    """Return the folders (id, name) that messages of a folder can be moved to: the others of its account, as they stand in the sidebar."""
    others = [place_ for place_ in _of(place.account, folders) if place_.folder and place_.folder.id != place.id]
    return tuple((other.folder.id, other.name) for other in others if other.folder and other.folder.role != "drafts")


def archive_of(place: FolderView, folders: Sequence[FolderView]) -> int:
    """Return the archive of the folder's account, -1 where there is none or it is the folder itself."""
    return next((f.id for f in folders if f.account == place.account and f.role == "archive" and f.id != place.id), -1)


def _of(account: str, folders: Sequence[FolderView]) -> tuple[Place, ...]:
    own = [folder for folder in folders if folder.account == account]
    known = [folder for role in _ROLES for folder in own if folder.role == role]
    others = [folder for folder in own if folder not in known and (folder.role != "drafts" or folder.total)]
    return tuple(map(_place, (*known, *others)))


def _place(folder: FolderView) -> Place:
    name, icon = _ROLES.get(folder.role, (words.visible(folder.name), "folder"))
    if folder.role == "drafts":
        name, icon = "Drafts on the server", "compose"
    count = 0 if folder.role in _NEVER_NEW else folder.unseen
    return Place(Kind.FOLDER, name, icon, count, spoken=f"{name}, {count} unread" if count else name, folder=folder)


def _heading(account: str) -> Place:
    return Place(Kind.HEADING, words.visible(account), spoken=f"Account {words.visible(account)}")


def _drafts(count: int) -> Place:
    return Place(Kind.DRAFTS, "Drafts", "compose", count, spoken=f"Drafts, {count} kept" if count else "Drafts")


def _outbox(waiting: int) -> Place:
    needs = "1 message needs" if waiting == 1 else f"{waiting} messages need"
    spoken = f"Outbox: {needs} your decision" if waiting else "Outbox: nothing needs you"
    return Place(Kind.OUTBOX, "Outbox", "outbox", waiting, urgent=waiting > 0, spoken=spoken)
