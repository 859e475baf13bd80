"""The text of the message: plain, with wavy lines under what detection found; only what is visible is painted.

Rich text becomes plain when it is pasted; files that are pasted or dropped become attachments.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QColor, QHelpEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.spans import Span, shift


class BodyEditor(QPlainTextEdit):
    """The editor; `files` is emitted with the paths of pasted or dropped files."""

    files = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty editor; Tab leaves it."""
        super().__init__(parent)
        self._spans: tuple[Span, ...] = ()
        self._look: Look | None = None
        self.setTabChangesFocus(True)
        self.document().contentsChange.connect(self._moved)
        self.verticalScrollBar().valueChanged.connect(self._paint_visible)

    def set_up(self, look: Look) -> None:
        """Paint with the look's tones."""
        self._look = look
        look.changed.connect(self._paint_visible)

    def mark(self, spans: Sequence[Span]) -> None:
        """Underline these places, in UTF-16 units, instead of the earlier ones."""
        self._spans = tuple(spans)
        self._paint_visible()

    def go_to_next_span(self, step: int) -> None:
        """Select the next marked place after the cursor (step 1) or before it (step -1), around the end."""
        starts = sorted({(span.start, span.end) for span in self._spans})
        if not starts:
            return
        here = self.textCursor().selectionStart()
        following = [s for s in starts if s[0] > here] if step > 0 else [s for s in reversed(starts) if s[0] < here]
        start, end = following[0] if following else starts[0 if step > 0 else -1]
        self.setTextCursor(self._cursor(start, end))

    def tip_at_cursor(self) -> str:
        """Return what is said of the place where the cursor stands."""
        return self._tip(self.textCursor().selectionStart())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Take text and files."""
        return source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Insert text as plain text; hand files over."""
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files.emit(paths)
        else:
            super().insertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what has become visible."""
        super().resizeEvent(event)
        self._paint_visible()

    def event(self, event: QEvent) -> bool:
        """Explain the place under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            point = self.viewport().mapFrom(self, event.pos())
            QToolTip.showText(event.globalPos(), words.tooltip(self._tip(self.cursorForPosition(point).position())), self)
            return True
        return super().event(event)

    def _tip(self, position: int) -> str:
        return "\n".join(dict.fromkeys(span.tip for span in self._spans if span.start <= position <= span.end))

    def _moved(self, position: int, removed: int, added: int) -> None:
        if self._spans:
            self._spans = shift(self._spans, position, removed, added)
            self._paint_visible()

    def _paint_visible(self) -> None:
        if self._look is None:
            return
        first = self.firstVisibleBlock().position()
        last = self.cursorForPosition(self.viewport().rect().bottomRight()).position()
        self.setExtraSelections([self._selection(span, self._look) for span in self._spans if span.end >= first and span.start <= last])

    def _selection(self, span: Span, look: Look) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(QColor(look.tones.ink_of(span.tone)))
        selection.format = style
        selection.cursor = self._cursor(span.start, span.end)
        return selection

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor
