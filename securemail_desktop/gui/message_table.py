"""The view of a message list: rows of one height, one column, no header; it stays on its message when rows come and go."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from securemail_desktop.gui.dragging import drag
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.message_delegate import MessageDelegate
from securemail_desktop.gui.message_model import MessageModel
from securemail_desktop.session.mail_view import MessageView

Index = QModelIndex | QPersistentModelIndex


class MessageTable(QTableView):
    """A table, since it lays out any number of rows at once. `moved` carries the current message or None, `opened` one by Enter or double click.

    `menu_wanted` carries where on the screen the menu of the selected messages is asked for.
    """

    moved = Signal(object)
    opened = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list."""
        super().__init__(parent)
        self.messages = MessageModel(self)
        self._delegate: MessageDelegate | None = None
        self._look: Look | None = None
        self.setModel(self.messages)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def set_up(self, look: Look) -> None:
        """Paint with the look."""
        self._look, self._delegate = look, MessageDelegate(look, self)
        self._delegate.place_of = self.messages.place_of
        self.setDragEnabled(True)
        self.setItemDelegate(self._delegate)
        height = self._delegate.row_height(self.font())
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height // 2)

    @property
    def current(self) -> MessageView | None:
        """Return the message that was gone to; the row that merely has the focus at first is not."""
        index = self.currentIndex()
        return self.messages.message(index.row()) if self.selectionModel().isSelected(index) else None

    def ranges(self) -> list[tuple[int, int]]:
        """Return the first and last rows of what is selected, in their order."""
        selection = self.selectionModel().selection()
        return sorted((selection.at(n).top(), selection.at(n).bottom()) for n in range(selection.count()))

    def count(self) -> int:
        """Return how many messages are selected, known or not."""
        return sum(last - first + 1 for first, last in self.ranges())

    def chosen(self) -> tuple[MessageView, ...]:
        """Return the selected messages that are known, in their order."""
        return tuple(view for first, last in self.ranges() for view in self.messages.known(first, last))

    def go_to(self, row: int) -> None:
        """Make a row the current one, if there is one."""
        if 0 <= row < self.messages.rowCount():
            self.setCurrentIndex(self.messages.index(row))

    def take_out(self, messages: Sequence[MessageView]) -> None:
        """Take messages out that go elsewhere, and go on to the one that comes into their place."""
        rows = [row for row in map(self.messages.row_of, (view.id for view in messages)) if row >= 0]
        self.messages.remove(view.id for view in messages)
        if rows:
            self.go_to(min(rows[0], self.messages.rowCount() - 1))

    def step(self, by: int) -> None:
        """Go to the next or the previous message."""
        row = self.currentIndex().row()
        self.go_to(max(0, row + by) if self.current is not None else max(0, row))

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Tell which message was gone to."""
        super().currentChanged(current, previous)
        self.moved.emit(self.current)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802 - Qt's name
        """Tell it as well where the row had the focus before."""
        super().selectionChanged(selected, deselected)
        self.moved.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens; letters are keys of commands, not a search by them."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex().row())
        elif event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and not event.modifiers():
            self.go_to(0 if event.key() == Qt.Key.Key_Home else self.messages.rowCount() - 1)
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up} and not self.selectionModel().hasSelection():
            self.go_to(max(0, self.currentIndex().row()))
        elif not event.text().strip() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of what is selected: at the mouse, or at the current message for a key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid() and self.selectionModel().isSelected(index):
            rect = self.visualRect(index)
            self.menu_wanted.emit(self.viewport().mapToGlobal(rect.center()) if by_key else event.globalPos())

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Drag the selected messages by their number: a picture of the rows would show what they are about."""
        if self._look is not None and self.chosen():
            drag(self.viewport(), self.count(), self._look)

    def _open(self, row: int) -> None:
        self.go_to(row)
        view = self.messages.message(row)
        if view is not None:
            self.opened.emit(view)
