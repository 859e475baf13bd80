"""The user guide in a window: the keys and how things are done, the same text as in the documentation."""

import re
from importlib.metadata import version

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
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
        """Give headings and paragraphs the room between them that makes a long text easy to go through."""
        block = self.text.document().begin()
        while block.isValid():
            cursor, form = QTextCursor(block), block.blockFormat()
            above, below = (0 if not block.blockNumber() else 18, 6) if form.headingLevel() else (0, 3 if block.textList() else 8)
            form.setTopMargin(above)
            form.setBottomMargin(below)
            cursor.setBlockFormat(form)
            block = block.next()
