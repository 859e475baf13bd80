"""The text of the message: plain, with wavy lines under what detection found; only what is visible is painted.

Rich text becomes plain when it is pasted; files and pictures that are pasted or dropped become attachments.
"""

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.attaching import is_picture, local_files, picture
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.marks import Marks
from securemail_desktop.gui.spans import Span
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.text.html import html_text

_MARGIN = 500  # UTF-16 units about what is visible, whose marks are drawn before they are seen


class BodyEditor(QPlainTextEdit):
    """The editor; `asked` is emitted with a `Span` that the author wants explained.

    `files` carries the paths of pasted or dropped files, `pictures` a pasted or dropped picture.
    """

    files = Signal(list)
    pictures = Signal(object)
    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty editor; Tab leaves it."""
        super().__init__(parent)
        self._marks = Marks()
        self._drawn: tuple[int, int] | None = None  # the stretch of text whose marks are drawn; they move with the text by themselves
        self._look: Look | None = None
        self.setTabChangesFocus(True)
        self.document().contentsChange.connect(self._moved)
        self.textChanged.connect(self._paint_visible)  # not at contentsChange: the lines are those of the old text there
        self.verticalScrollBar().valueChanged.connect(self._paint_visible)

    def set_up(self, look: Look) -> None:
        """Paint with the look's tones."""
        self._look = look
        look.changed.connect(self._paint_anew)

    def mark(self, marks: Marks) -> None:
        """Underline these places instead of the earlier ones; they move with the text."""
        self._marks = marks
        self._paint_anew()

    def spans(self) -> tuple[Span, ...]:
        """Return the places that are marked now."""
        return self._marks.all()

    def select(self, span: Span) -> None:
        """Select a marked place and go there."""
        self.setFocus()
        self.setTextCursor(self._cursor(span.start, span.end))

    def selection(self) -> tuple[int, int]:
        """Return where the selection begins and ends: twice the cursor's place where there is none."""
        cursor = self.textCursor()
        return cursor.selectionStart(), cursor.selectionEnd()

    def put(self, span: Span, text: str) -> None:
        """Put a text in the place of a marked one; Undo brings it back."""
        self._cursor(span.start, span.end).insertText(text)
        self.setFocus()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Take text, files and pictures."""
        return source.hasUrls() or source.hasImage() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Insert text as plain text; hand files and pictures over."""
        if paths := local_files(source):
            self.files.emit(paths)
        elif is_picture(source):
            self.pictures.emit(picture(source))
        elif source.hasHtml() and not source.hasFormat("text/plain"):
            self.insertPlainText("\n".join(line.text for line in html_text(source.html()).visible))
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer to explain the marked place under the mouse or the cursor beside the usual actions."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        at = self.cursorForPosition(event.pos()).position() if by_mouse else self.textCursor().position()
        if span := next(iter(self._marks.between(at, at)), None):
            menu.addSeparator()
            menu.addAction("Why is this marked?", lambda: self.asked.emit(span))
        menu.popup(event.globalPos())

    def _tip(self, position: int) -> str:
        return "\n".join(dict.fromkeys(span.tip for span in self._marks.between(position, position)))

    def _moved(self, position: int, removed: int, added: int) -> None:
        lost = self._marks.shift(position, removed, added)
        if lost or self._drawn is None:
            self._drawn = None
        else:
            first, last = (max(position, at + added - removed) if at > position else at for at in self._drawn)
            self._drawn = first, last

    def _paint_anew(self) -> None:
        self._drawn = None
        self._paint_visible()

    def _paint_visible(self) -> None:
        if self._look is None:
            return
        first = self.firstVisibleBlock().position()
        last = self.cursorForPosition(self.viewport().rect().bottomRight()).position()
        if self._drawn is None or first < self._drawn[0] or last > self._drawn[1]:
            self._drawn = first - _MARGIN, last + _MARGIN
            styles = {tone: _style(tone, self._look) for tone in Tone}
            self.setExtraSelections([self._selection(span, styles[span.tone]) for span in self._marks.between(*self._drawn)])

    def _selection(self, span: Span, style: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.format = style
        selection.cursor = self._cursor(span.start, span.end)
        return selection

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _style(tone: Tone, look: Look) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    style.setUnderlineColor(QColor(look.tones.ink_of(tone)))
    return style
