"""A list that flows in rows and takes just the height that its rows need, up to some rows; hidden while it is empty."""

from PySide6.QtCore import QAbstractItemModel, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

ROWS_SHOWN = 3


class FittingView(QListView):
    """Recipients' chips and attachments are shown so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Flow from the leading edge and wrap."""
        super().__init__(parent)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)

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

    def fit(self) -> None:
        """Take the height of the rows."""
        model = self.model()
        count = model.rowCount() if model is not None else 0
        self.setVisible(count > 0)
        if not count:
            return
        self.doItemsLayout()
        first, last = self.visualRect(model.index(0, 0)), self.visualRect(model.index(count - 1, 0))
        around = self.height() - self.viewport().height()
        rows = min(last.bottom() - first.top() + 1, ROWS_SHOWN * first.height() + first.height() // 2)
        self.setFixedHeight(max(1, rows + around))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a small width: the layout gives more."""
        return QSize(200, self.height())
