"""The file of the authority that vouches for the mail servers of an organisation with one of its own; empty where the system's authorities do."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from securemail_desktop.gui import words

FILES = "Certificates (*.pem *.crt *.cer);;All files (*)"


class AuthorityField(QWidget):
    """A path and a button to choose it; `edited` follows what a person types or chooses."""

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.path, self.choose = QLineEdit(self), QPushButton("C&hoose…", self)
        self.path.setProperty("kind", "field")
        self.path.setPlaceholderText("Only if your IT gave you a file for it")
        self.path.setAccessibleName("File of your organisation’s own authority, only if your IT gave you one")
        self.choose.setAccessibleName("Choose the file of your organisation’s own authority")
        self.path.textEdited.connect(self.edited)
        self.choose.clicked.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.path, 1)
        layout.addWidget(self.choose)

    def show_file(self, file: str) -> None:
        """Show a path, or an empty field."""
        self.path.setText(file)
        self.path.setCursorPosition(0)

    def file(self) -> str:
        """Return the whole path, or an empty text."""
        typed = self.path.text().strip()
        return str(Path(typed).expanduser().absolute()) if typed else ""

    def problem(self) -> str:
        """Return what is wrong with the path, or an empty text."""
        file = self.file()
        return (
            f"There is no file {words.visible(file)}: choose the one that your IT gave you, or leave it empty." if _is_missing(file) else ""
        )

    def _choose(self) -> None:
        dialog = QFileDialog(self, "The file of your organisation’s own authority", self.file(), FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, file: str) -> None:
        self.show_file(file)
        self.path.setModified(True)
        self.edited.emit()


def _is_missing(file: str) -> bool:
    try:
        return bool(file) and not Path(file).is_file()
    except (OSError, ValueError):  # too long, half a character, or a zero byte
        return True
