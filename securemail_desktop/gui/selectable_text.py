"""Plain text that can be selected and copied, and that fits any width: a word that is too long for a line is broken at its signs, else anywhere."""

from math import ceil

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextLayout, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from securemail_desktop.gui.breaking import breakable, has_long_word, whole
from securemail_desktop.gui.marked_label import lay_lines

NARROWEST = 60  # pixels


class SelectableText(QTextEdit):
    """The text; its height follows its width. What is copied holds no marks of where it was broken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty; the form loader makes it without arguments."""
        super().__init__(parent)
        self._text = ""
        self.setAcceptRichText(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """Return the text as it was given."""
        return self._text

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show a text as it is: nothing in it is markup."""
        self._text = text
        self._break(self.width())
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all lines in pixels; the text that is shown stays as it is."""
        layout, option = QTextLayout(self._broken(width), self.font()), QTextOption()
        option.setWrapMode(self.wordWrapMode())
        layout.setTextOption(option)
        lay_lines(layout, width)
        return ceil(layout.boundingRect().height())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the text takes now."""
        return QSize(max(self.width(), NARROWEST), self.heightForWidth(max(self.width(), NARROWEST)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a narrow text."""
        return QSize(NARROWEST, self.fontMetrics().lineSpacing())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break the text for the new width."""
        super().resizeEvent(event)
        self._break(self.width())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to what the text stands in."""
        event.ignore()

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name; for the clipboard, the selection of X11 and dragging
        """Return the selected words without the marks."""
        data = QMimeData()
        data.setText(whole(self.textCursor().selection().toPlainText()))
        return data

    def _broken(self, width: int) -> str:
        return breakable(self._text) if has_long_word(self._text, self.font(), width) else self._text

    def _break(self, width: int) -> None:
        if (shown := self._broken(width)) != self.toPlainText():
            self.setPlainText(shown)
