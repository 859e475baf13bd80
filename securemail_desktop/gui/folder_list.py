"""The sidebar's list of folders: it keeps the chosen place chosen whatever the counts do, and passes over headings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListView, QStyleOptionViewItem, QWidget

from securemail_desktop.gui.dragging import is_messages
from securemail_desktop.gui.folder_delegate import FolderDelegate, twist_rect
from securemail_desktop.gui.folder_model import Counts, FolderModel, Kind, Place
from securemail_desktop.gui.look import Look
from securemail_desktop.session.mail_view import FolderView

Index = QModelIndex | QPersistentModelIndex


class FolderList(QListView):
    """`chosen` carries the place that the user, or the program for him, goes to; `entered` says that he wants to be in it (Enter, a click).

    `folded` carries the keys of the closed folders after each change, `dropped` the id of the folder that messages were dragged to.
    """

    chosen = Signal(object)
    entered = Signal()
    folded = Signal(object)
    dropped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with what is on this machine."""
        super().__init__(parent)
        self.places = FolderModel(self)
        self._folders: tuple[FolderView, ...] = ()
        self._counts = Counts()
        self._place: Place | None = None
        self._arriving = False
        self._closed: frozenset[str] = frozenset()
        self.takes: Callable[[int], bool] = lambda _: False
        self.over = -1  # the row that messages are dragged over
        self.setAcceptDrops(True)
        self.setModel(self.places)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._clicked)

    def set_up(self, look: Look) -> None:
        """Paint with the look."""
        self.setItemDelegate(FolderDelegate(look, self))

    @property
    def place(self) -> Place | None:
        """Return where the user is."""
        return self._place

    def show_folders(self, folders: Sequence[FolderView]) -> None:
        """Show the folders; the place stays, and is the inbox's at first."""
        self._folders = tuple(folders)
        self._show()

    def count_drafts(self, drafts: int) -> None:
        """Show how many drafts there are."""
        self._counts = replace(self._counts, drafts=drafts)
        self._show()

    def count_outbox(self, waiting: int, going: int) -> None:
        """Show how many messages need their author, and how many wait for a server."""
        self._counts = replace(self._counts, waiting=waiting, going=going)
        self._show()

    def go_to(self, kind: Kind) -> None:
        """Go to the drafts, the outbox, or (FOLDER) the inbox."""
        rows = range(self.places.rowCount())
        wanted = self.places.inbox() if kind == Kind.FOLDER else next(r for r in rows if self._kind(r) == kind)
        if wanted >= 0:
            self.setCurrentIndex(self.places.index(wanted))

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Go to another place."""
        super().currentChanged(current, previous)
        place = self.places.place(current.row())
        if place is not None and place.kind != Kind.GROUP and not self._arriving and not place.same_as(self._place):
            self._place = place
            self.chosen.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the focus without going anywhere: Qt would make the first row the current one."""
        self._arriving = True
        super().focusInEvent(event)
        self._arriving = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on into the list; the arrows open and close a folder, or go to what is in it and around it."""
        inwards, outwards = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            inwards, outwards = outwards, inwards
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._clicked(self.currentIndex())
        elif event.key() in {inwards, outwards} and not event.modifiers():
            self._step(inwards=event.key() == inwards)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let a press on the arrow of a folder open or close it and go nowhere."""
        index = self.indexAt(event.position().toPoint())
        place = self.places.place(index.row())
        if place is not None and place.is_open is not None and self._twist(index, place).contains(event.position().toPoint()):
            self.fold(place, closed=place.is_open)
            event.accept()
        else:
            super().mousePressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take messages of the list."""
        event.setAccepted(is_messages(event.mimeData()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Show over which folder they are, where they can go there."""
        row = self.indexAt(event.position().toPoint()).row()
        self._hover(row if is_messages(event.mimeData()) and self._target(row) >= 0 else -1)
        event.setAccepted(self.over >= 0)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Show no folder any more."""
        self._hover(-1)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Tell to which folder they go."""
        target = self._target(self.indexAt(event.position().toPoint()).row())
        self._hover(-1)
        event.setAccepted(target >= 0 and is_messages(event.mimeData()))
        if event.isAccepted():
            self.dropped.emit(target)

    def _hover(self, row: int) -> None:
        self.over = row
        self.viewport().update()

    def _target(self, row: int) -> int:
        """Return the folder of a row that takes messages, -1 where it does not."""
        place = self.places.place(row)
        return place.folder.id if place is not None and place.folder is not None and self.takes(place.folder.id) else -1

    def close_folders(self, keys: Iterable[str]) -> None:
        """Show these folders without what is in them, all others with it."""
        self._closed = frozenset(keys)
        self._show()

    def fold(self, place: Place, *, closed: bool) -> None:
        """Close a folder, or open it; who is in it goes to the folder itself when it closes."""
        self._closed = self._closed | {place.key} if closed else self._closed - {place.key}
        self._show()
        self.folded.emit(self._closed)

    def _clicked(self, index: Index) -> None:
        place = self.places.place(index.row())
        if place is not None and place.kind == Kind.GROUP:
            self.fold(place, closed=bool(place.is_open))
        else:
            self.entered.emit()

    def _step(self, *, inwards: bool) -> None:
        row = self.currentIndex().row()
        place = self.places.place(row)
        if place is None:
            return
        if place.is_open is not None and place.is_open is not inwards:
            self.fold(place, closed=not inwards)
        elif inwards and place.is_open:
            self.setCurrentIndex(self.places.index(row + 1))
        elif not inwards and place.depth:
            around = (n for n in range(row, -1, -1) if (known := self.places.place(n)) is not None and known.depth < place.depth)
            self.setCurrentIndex(self.places.index(next(around)))

    def _twist(self, index: Index, place: Place) -> QRect:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        return twist_rect(option, place).adjusted(-2, -8, 4, 8)

    def _show(self) -> None:
        at = self.places.place(self.currentIndex().row())
        self.places.show(self._folders, self._counts, self._closed)
        row = self.places.row_of(self._place)
        if row >= 0:
            self._place = self.places.place(row)
        if at is not None and at.kind == Kind.GROUP and self.places.row_of(at) >= 0:
            row = self.places.row_of(at)
        elif row < 0:
            row = self._around()
        if row >= 0:
            self.setCurrentIndex(self.places.index(row))
        elif self._folders:
            self._place = None
            self.go_to(Kind.FOLDER)

    def _around(self) -> int:
        """Return the row of the closed folder that the place is in, -1 where the place is gone."""
        place = self._place
        if place is None or place.folder is None or all(folder.id != place.folder.id for folder in self._folders):
            return -1
        keys = [(known.key, row) for row in range(self.places.rowCount()) if (known := self.places.place(row)) is not None and known.key]
        return max(((len(key), row) for key, row in keys if place.key.startswith(f"{key}/")), default=(0, -1))[1]

    def _kind(self, row: int) -> Kind | None:
        place = self.places.place(row)
        return place.kind if place else None
