"""A message as it came, as plain text in a window of its own, for those who want to see everything."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.form import load_form
from securemail_desktop.resources import ui_dir

MOST = 1_000_000  # octets: more than anybody reads, and shown in no time
TITLE = "Source – SecureMail"


class SourceForm:
    """The widgets of `source.ui`."""

    root: QWidget
    note: QLabel
    text: QPlainTextEdit


class SourceWindow(QWidget):
    """It deletes itself when it is closed; its title holds nothing of the message."""

    def __init__(self, source: bytes) -> None:
        """Show a message, or the beginning of a very long one."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self.form = load_form(SourceForm, ui_dir() / "desktop" / "forms" / "source.ui", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form.root)
        self.form.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.form.text.setAccessibleName("Source of the message")
        text = source[:MOST].decode("utf-8", "replace").replace("\r\n", "\n")
        self.form.text.setPlainText(words.visible(text))
        left = len(source) - MOST
        self.form.note.setText(words.size(len(source)) + (f", of which the last {words.size(left)} are not shown" if left > 0 else ""))
        for key in ("Escape", "Ctrl+W"):
            QShortcut(QKeySequence(key), self, self.close)
        self.resize(760, 620)
