"""The outbox as a list model: each message with its state in words, the reason, and whom it concerns."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.gui import words
from securemail_desktop.gui.row_delegate import ROW_ROLE, Row
from securemail_desktop.sending.state import OutboxEntry, State

Index = QModelIndex | QPersistentModelIndex


class OutboxModel(QAbstractListModel):
    """The entries, newest first as the session gives them."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.entries: tuple[OutboxEntry, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of messages."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        entry = self.entries[index.row()]
        subject = words.visible(entry.subject) or "(no subject)"
        if role == ROW_ROLE:
            icon, tone = words.STATE_ICONS[entry.state]
            lead = f"{words.STATES[entry.state]} · {whom(entry)}"
            return Row(
                icon,
                tone,
                subject,
                words.when(entry.updated, datetime.now(UTC)),
                lead,
                words.because(entry.state, entry.reason),
                detail_lines=2,
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words.STATES[entry.state]}: {subject}, to {whom(entry)}. {words.because(entry.state, entry.reason)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.tooltip(f"{subject}\n{addressed(entry)}")
        return subject if role == Qt.ItemDataRole.DisplayRole else None

    def entry(self, row: int) -> OutboxEntry | None:
        """Return one entry, None outside the list."""
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def row_of(self, entry_id: str) -> int:
        """Return where an entry is, -1 when it is gone."""
        return next((row for row, entry in enumerate(self.entries) if entry.id == entry_id), -1)

    def reset(self, entries: Sequence[OutboxEntry]) -> bool:
        """Replace all; return False, and let views rest, when nothing has changed."""
        if tuple(entries) == self.entries:
            return False
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()
        return True

    def waiting(self) -> int:
        """Return how many messages need their author."""
        return sum(entry.needs_author for entry in self.entries)

    def going(self) -> int:
        """Return how many messages wait for nothing but a server."""
        return sum(not entry.needs_author and entry.state != State.ACCEPTED for entry in self.entries)


def whom(entry: OutboxEntry) -> str:
    """Return the recipients of a message in short."""
    names = [words.visible(r.recipient.address.name) or words.spec(r.recipient.address) for r in entry.receipts]
    return words.listed(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more"


def addressed(entry: OutboxEntry) -> str:
    """Return the whole addresses of a message, or the number of its recipients."""
    specs = [words.spec(r.recipient.address) for r in entry.receipts]
    return words.listed(specs) if len(specs) <= 3 else f"{len(specs)} recipients"
