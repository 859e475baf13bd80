"""What became of each copy, as a list model; painted by `row_delegate`."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.gui import words
from securemail_desktop.gui.row_delegate import ROW_ROLE, Row
from securemail_desktop.sending.state import Receipt

Index = QModelIndex | QPersistentModelIndex


class ReceiptModel(QAbstractListModel):
    """The receipts of one message."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._receipts: tuple[Receipt, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of recipients."""
        return 0 if parent.isValid() else len(self._receipts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        receipt = self._receipts[index.row()]
        icon, tone = words.STATE_ICONS[receipt.state]
        who, reason = words.person(receipt.recipient.address), words.because(receipt.state, receipt.reason)
        state = words.STATES[receipt.state]
        return {
            Qt.ItemDataRole.DisplayRole: who,
            Qt.ItemDataRole.AccessibleTextRole: f"{who}: {state}. {reason}",
            Qt.ItemDataRole.ToolTipRole: words.tooltip(f"{who}\n{state}. {reason}"),
            ROW_ROLE: Row(icon, tone, who, "", state, reason, short=words.spec(receipt.recipient.address)),
        }.get(role)

    def reset(self, receipts: Sequence[Receipt]) -> None:
        """Replace all."""
        self.beginResetModel()
        self._receipts = tuple(receipts)
        self.endResetModel()
