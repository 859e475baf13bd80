"""A list that flows in rows and takes just the height that its rows need, up to some rows; hidden while it is empty."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

ROWS_SHOWN = 3
MANY = 200  # beyond, all items get one size: to measure thousands takes seconds
_FRAME = 36  # margin, border and padding of an item on both sides, with some room
_TALLEST = 400


class Wrapping(QStyledItemDelegate):
    """Items no wider than their view: longer text takes more lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Return the size that the text needs at the view's width."""
        view = option.widget
        if not isinstance(view, QListView):
            return super().sizeHint(option, index)
        room = view.viewport().width() - 1
        option.rect.setWidth(room - _FRAME)
        return super().sizeHint(option, index).boundedTo(QSize(room, _TALLEST))


class FittingView(QListView):
    """Recipients' chips and attachments are shown so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Flow from the leading edge and wrap; more rows than `most_rows` are scrolled."""
        super().__init__(parent)
        self.most_rows = ROWS_SHOWN
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setItemDelegate(Wrapping(self))

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802 - Qt's name
        """Show the model and follow its changes."""
        super().setModel(model)
        if model is not None:
            for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
                signal.connect(self.fit)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap anew at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Make the first item current when the keyboard comes and none is."""
        super().focusInEvent(event)
        if not self.selectedIndexes() and self.model().rowCount():
            current = self.currentIndex()  # Qt has made one current, but has not selected it
            self.setCurrentIndex(current if current.isValid() else self.model().index(0, 0))

    def fit(self) -> None:
        """Take the height of the rows."""
        model = self.model()
        count = model.rowCount() if model is not None else 0
        self.setVisible(count > 0 and self.most_rows > 0)
        if self.isHidden():
            return
        self.setUniformItemSizes(count > MANY)
        self.doItemsLayout()
        around = self.height() - self.viewport().height()
        height, is_cut = self._shown(count)
        self.setFixedHeight(max(1, height + around))
        # Not as needed: a bar that came for a moment would leave the items less room, and so be needed.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn if is_cut else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _shown(self, count: int) -> tuple[int, bool]:
        """Return the height of all rows, or of the first ones and half of the next, which tells that there are more; and whether there are."""
        top, rows, bottom, last_top = self.visualRect(self.model().index(0, 0)).top(), 0, 0, -1
        for number in range(count):
            rect = self.visualRect(self.model().index(number, 0))
            if rect.top() != last_top:
                rows, last_top = rows + 1, rect.top()
            if rows > self.most_rows:
                return bottom - top + rect.height() // 2, True
            bottom = max(bottom, rect.bottom() + 1)
        return bottom - top, False

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a small width: the layout gives more."""
        return QSize(200, self.height())
