"""The subject: one line, with wavy lines under what detection found, as the body has them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QHelpEvent, QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.spans import Span


class SubjectLine(QLineEdit):
    """The subject's line."""

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
