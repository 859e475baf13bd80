"""The files of a message that was read, as a list model: cleaned name, size, and a warning in words where a file is a program."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import file_names, words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.tones import Tone

Index = QModelIndex | QPersistentModelIndex


class FileModel(QAbstractListModel):
    """The files in their order."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._look = look
        self.files: tuple[Part, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of files."""
        return 0 if parent.isValid() else len(self.files)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        part = self.files[index.row()]
        danger = file_names.danger(part)
        name, size = file_names.safe_name(part), words.size(len(part.content))
        if role == Qt.ItemDataRole.DecorationRole:
            return self._look.tone_icon("warning", Tone.CAUTION) if danger else self._look.tone_icon("file", Tone.CALM)
        texts: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: " · ".join(filter(None, [name, size, "a program" if file_names.is_program(part) else ""])),
            Qt.ItemDataRole.AccessibleTextRole: " ".join(filter(None, [f"Attachment {name}, {size}.", danger])),
            Qt.ItemDataRole.ToolTipRole: words.tooltip("\n".join(filter(None, [f"{name}, {size}", danger]))),
        }
        return texts.get(role)

    def reset(self, files: tuple[Part, ...]) -> None:
        """Show the files of another message."""
        self.beginResetModel()
        self.files = files
        self.endResetModel()
