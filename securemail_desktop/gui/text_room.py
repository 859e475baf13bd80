"""The height of the text on its page, so that one scroll bar is enough.

Where addresses, bar and files leave little of the page the text takes the height that it needs, and the page is scrolled; a text that is higher
than the page is scrolled itself, and the page follows the mouse's wheel and the keyboard.
"""

from collections.abc import Iterator
from math import ceil

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QScrollArea

from securemail_desktop.gui.body_editor import BodyEditor

LEAST = 150  # pixels
SHARE = 0.4  # of the page: with as much left the text is scrolled and the page stands still
AROUND = 24  # pixels about the cursor that are kept in view


class TextRoom(QObject):
    """Follows the page, the text and the cursor."""

    def __init__(self, page: QScrollArea, body: BodyEditor) -> None:
        """Begin with the least height."""
        super().__init__(page)
        whole = page.widget()
        assert whole is not None
        self._page, self._body, self._whole = page, body, whole
        body.setMinimumHeight(LEAST)
        for watched in (page, self._whole):
            watched.installEventFilter(self)
        body.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        body.cursorPositionChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Fit anew when the page, or what stands about the text, has another size."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            QTimer.singleShot(0, self, self._fit)
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        page, body = self._page.viewport().height(), self._body
        left = page - (self._whole.height() - body.height())
        is_tight = left < max(LEAST, SHARE * page)
        wanted = self._wanted(page) if is_tight else LEAST
        body.setMinimumHeight(max(LEAST, min(wanted, page)))
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if wanted > page else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._page.setVerticalScrollBarPolicy(bar)

    def _wanted(self, most: int) -> int:
        """Return the height at which the text is not scrolled, exact below `most`: to measure a long text takes long."""
        body, document = self._body, self._body.document()
        around = body.height() - body.viewport().height() + 2 * ceil(document.documentMargin()) + 1  # Qt scrolls for the last pixel
        lines = ceil(document.size().height()) * body.fontMetrics().lineSpacing()
        if lines <= most:
            lines = ceil(sum(body.blockBoundingRect(block).height() for block in _blocks(document)))
        return lines + around

    def _follow(self) -> None:
        if self._body.hasFocus():
            at = self._body.viewport().mapTo(self._whole, self._body.cursorRect().center())
            self._page.ensureVisible(at.x(), at.y(), 0, AROUND)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.firstBlock()
    while block.isValid():
        yield block
        block = block.next()
