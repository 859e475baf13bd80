"""The subject: one line, with wavy lines under what detection found, as the body has them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.spans import Span, span_at


class SubjectLine(QLineEdit):
    """The subject's line; `asked` carries a `Span` that the author wants explained."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty line."""
        super().__init__(parent)
        self._spans: tuple[Span, ...] = ()
        self._composing = False

    def mark(self, spans: Sequence[Span], look: Look) -> None:
        """Underline these places, in UTF-16 units, instead of the earlier ones."""
        self._spans = tuple(spans)
        if self._composing:
            return
        kind = QInputMethodEvent.AttributeType.TextFormat
        attributes = [
            QInputMethodEvent.Attribute(kind, span.start - self.cursorPosition(), span.end - span.start, _style(span, look))
            for span in spans
        ]
        # A line edit has no formats of its own: an empty composition is the one way to give its text some.
        super().event(QInputMethodEvent("", attributes))

    def spans(self) -> tuple[Span, ...]:
        """Return the places that are marked and still stand in the line."""
        return tuple(span for span in self._spans if span.end <= len(self.text()))

    def selection(self) -> tuple[int, int]:
        """Return where the selection begins and ends: twice the cursor's place where there is none."""
        start = self.selectionStart() if self.hasSelectedText() else self.cursorPosition()
        return start, start + len(self.selectedText())

    def select(self, span: Span) -> None:
        """Select a marked place and go there."""
        self.setFocus()
        self.setSelection(span.start, span.end - span.start)

    def put(self, span: Span, text: str) -> None:
        """Put a text in the place of a marked one; Undo brings it back."""
        self.select(span)
        self.insert(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer to explain the marked place under the mouse or the cursor beside the usual actions."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        at = self.cursorPositionAt(event.pos()) if by_mouse else self.cursorPosition()
        if (span := span_at(self.spans(), at)) is not None:
            menu.addSeparator()
            menu.addAction("Why is this marked?", lambda: self.asked.emit(span))
        menu.popup(event.globalPos())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """Leave a composition that is under way alone."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        """Explain the place under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.cursorPositionAt(event.pos())
            tips = dict.fromkeys(span.tip for span in self._spans if span.start <= at <= span.end)
            QToolTip.showText(event.globalPos(), words.tooltip("\n".join(tips)), self)
            return True
        return super().event(event)


def _style(span: Span, look: Look) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    style.setUnderlineColor(QColor(look.tones.ink_of(span.tone)))
    return style
