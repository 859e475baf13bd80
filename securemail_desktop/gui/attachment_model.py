"""The files of a draft as a list model: name, size, and what the review says of each."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.gui import words
from securemail_desktop.gui.findings import Note
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.draft import Attachment

Index = QModelIndex | QPersistentModelIndex
_NOTHING = Note("", calm=True)


class AttachmentModel(QAbstractListModel):
    """The attachments in their order."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._look = look
        self.attachments: tuple[Attachment, ...] = ()
        self._notes: Mapping[int, Note] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of files."""
        return 0 if parent.isValid() else len(self.attachments)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        attachment = self.attachments[index.row()]
        note = self._notes.get(index.row(), _NOTHING)
        name = words.visible(attachment.filename) or (
            "Calendar entry" if attachment.media_type == "text/calendar" else "File without a name"
        )
        text = " · ".join(filter(None, [name, words.size(len(attachment.content)), note.text]))
        if role == Qt.ItemDataRole.DecorationRole:
            return self._look.tone_icon("file", Tone.CALM) if note.calm else self._look.tone_icon("warning", Tone.CAUTION)
        texts: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: text,
            Qt.ItemDataRole.AccessibleTextRole: f"Attachment {text}",
            Qt.ItemDataRole.ToolTipRole: words.tooltip(text),
        }
        return texts.get(role)

    def reset(self, attachments: tuple[Attachment, ...]) -> None:
        """Replace all files."""
        self.beginResetModel()
        self.attachments = attachments
        self._notes = {}
        self.endResetModel()

    def note(self, notes: Mapping[int, Note]) -> None:
        """Show what the review says, by number."""
        if notes != self._notes and self.attachments:
            self._notes = dict(notes)
            self.dataChanged.emit(self.index(0), self.index(len(self.attachments) - 1))
