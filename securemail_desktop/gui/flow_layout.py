"""A layout that puts widgets one after the other and begins a new row where the width ends."""

from itertools import pairwise

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QLayout, QLayoutItem, QStyle, QWidget


class FlowLayout(QLayout):
    """Rows of widgets at their own sizes."""

    def __init__(self, parent: QWidget, spacing: int = 8) -> None:
        """Lay out the widget's children without margins."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """Append an item."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name; None ends an iteration
        """Return an item or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name; None ends an iteration
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        """Want no more room than needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Need more rows where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all rows."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Place the widgets."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of one row."""
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the largest widget."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        x, y, row = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            hint = self._size(item, rect.width())
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, row = rect.x(), y + row + self.spacing(), 0
            if place:
                item.setGeometry(self._mirrored(QRect(QPoint(x, y), hint), rect))
            x, row = x + hint.width() + self.spacing(), max(row, hint.height())
        return y + row - rect.y()

    def _size(self, item: QLayoutItem, most: int) -> QSize:
        hint = item.sizeHint()
        if hint.width() <= most:
            return hint
        return QSize(most, item.heightForWidth(most) if item.hasHeightForWidth() else hint.height())

    def _mirrored(self, item: QRect, within: QRect) -> QRect:
        parent = self.parentWidget()
        return QStyle.visualRect(parent.layoutDirection(), within, item) if parent else item


def follow_reading_order(holder: QWidget) -> None:
    """Let Tab reach the buttons that were put into the holder where the holder stands: Qt appends new widgets to the end of its order."""
    buttons = [b for b in holder.findChildren(QAbstractButton) if b.parentWidget() is holder and not b.isHidden()]
    before = _stop_before(holder)
    if before is not None:
        for one, other in pairwise([before, *buttons]):
            QWidget.setTabOrder(one, other)


def _stop_before(holder: QWidget) -> QWidget | None:
    found = holder.previousInFocusChain()
    while found is not None and found is not holder:
        if found.focusPolicy() & Qt.FocusPolicy.TabFocus and not holder.isAncestorOf(found):
            return found
        found = found.previousInFocusChain()
    return None
