"""The user guide in a window: the keys and how things are done, the same text as in the documentation."""

import re
from importlib.metadata import version

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor, QTextTable
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from securemail_desktop.gui.look import Look
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.resources import user_guide

TITLE = "Help – SecureMail"
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n", re.MULTILINE)  # they show what the reader has before him
LEAST = 300


class HelpWindow(QWidget):
    """It deletes itself when it is closed."""

    def __init__(self, look: Look) -> None:
        """Show the guide from its beginning."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self._look = look
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("User guide")
        self.text.setObjectName("messageBody")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(18)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        for key in ("Escape", "Ctrl+W"):
            shortcut(key, self, self.close)
        self.setMinimumSize(LEAST, LEAST)
        self.resize(680, 720)
        self._show()
        look.changed.connect(self._show)
        self.text.setFocus()

    def _show(self) -> None:
        guide = _PICTURE.sub("", user_guide().read_text("utf-8"))
        about = f"SecureMail Desktop {version('securemail-desktop')}\n"
        self.text.setMarkdown(f"{guide}\n\n{about}")
        self._space()

    def _space(self) -> None:
        """Give headings, paragraphs and tables the room between them that makes a long text easy to go through."""
        document = self.text.document()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                form = frame.format()
                form.setCellPadding(5)
                form.setBottomMargin(14)
                form.setBorder(0)
                frame.setFormat(form)
        block = document.begin()
        while block.isValid():
            cursor, shape = QTextCursor(block), block.blockFormat()
            if cursor.currentTable() is None:
                shape.setTopMargin(18 if shape.headingLevel() and block.blockNumber() else 0)
                shape.setBottomMargin(6 if shape.headingLevel() else 3 if block.textList() else 8)
                cursor.setBlockFormat(shape)
            block = block.next()
