"""The sidebar's list of folders: it keeps the chosen place chosen whatever the counts do, and passes over headings."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QListView, QWidget

from securemail_desktop.gui.folder_delegate import FolderDelegate
from securemail_desktop.gui.folder_model import Counts, FolderModel, Kind, Place
from securemail_desktop.gui.look import Look
from securemail_desktop.session.mail_view import FolderView

Index = QModelIndex | QPersistentModelIndex


class FolderList(QListView):
    """`chosen` carries the place that the user, or the program for him, goes to; `entered` says that he wants to be in it (Enter, a click)."""

    chosen = Signal(object)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with what is on this machine."""
        super().__init__(parent)
        self.places = FolderModel(self)
        self._folders: tuple[FolderView, ...] = ()
        self._counts = Counts()
        self._place: Place | None = None
        self._arriving = False
        self.setModel(self.places)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda _: self.entered.emit())

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

    def count(self, *, drafts: int | None = None, waiting: int | None = None) -> None:
        """Show how many drafts there are, or how many messages need their author."""
        known = self._counts
        self._counts = Counts(known.drafts if drafts is None else drafts, known.waiting if waiting is None else waiting)
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
        if place is not None and not self._arriving and not place.same_as(self._place):
            self._place = place
            self.chosen.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the focus without going anywhere: Qt would make the first row the current one."""
        self._arriving = True
        super().focusInEvent(event)
        self._arriving = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on into the list."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        self.places.show(self._folders, self._counts)
        row = self.places.row_of(self._place)
        if row >= 0:
            self._place = self.places.place(row)
            self.setCurrentIndex(self.places.index(row))
        elif self._folders:
            self._place = None
            self.go_to(Kind.FOLDER)

    def _kind(self, row: int) -> Kind | None:
        place = self.places.place(row)
        return place.kind if place else None
