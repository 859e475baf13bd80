"""The keys as rows, and in words: whose, whether it is used, until when."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Role
from securemail_desktop.gui import words
from securemail_desktop.gui.row_delegate import ROW_ROLE, Row
from securemail_desktop.gui.tones import Tone
from securemail_desktop.session.keys import WARNED, KeyView

Index = QModelIndex | QPersistentModelIndex
_KINDS = {Method.SMIME: "Certificate", Method.OPENPGP: "OpenPGP key"}


class KeysModel(QAbstractListModel):
    """Own keys first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.keys: tuple[KeyView, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of keys."""
        return 0 if parent.isValid() else len(self.keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for."""
        key, now = self.keys[index.row()], datetime.now(UTC)
        if role == ROW_ROLE:
            return row_of(key, now)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = row_of(key, now)
            return f"{row.heading}. {row.lead}. {row.detail}. {row.aside}".rstrip(". ") + "."
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.tooltip(owner(key))
        return owner(key) if role == Qt.ItemDataRole.DisplayRole else None

    def reset(self, keys: Sequence[KeyView]) -> None:
        """Replace all."""
        self.beginResetModel()
        self.keys = tuple(keys)
        self.endResetModel()


def owner(key: KeyView) -> str:
    """Return whose key it is."""
    return words.visible(", ".join(key.addresses)) or ("An authority" if key.role is Role.AUTHORITY else "Nobody’s address")


def fingerprint(key: KeyView) -> str:
    """Return the fingerprint in groups of four, as people read it to each other."""
    return " ".join(key.fingerprint[at : at + 4] for at in range(0, len(key.fingerprint), 4))


def row_of(key: KeyView, now: datetime) -> Row:
    """Return what is shown of a key."""
    icon, tone, lead = _state(key, now)
    aside = f"until {key.expires.day} {key.expires:%b %Y}" if key.expires else ""
    return Row(icon, tone, owner(key), aside, lead, f"{_KINDS.get(key.method, 'Key')} {fingerprint(key)}", 2)


def _state(key: KeyView, now: datetime) -> tuple[str, Tone, str]:
    if key.refused:
        return "blocked", Tone.CALM, "Given up" + ("; it still opens old mail" if key.role is Role.OWN else "")
    if key.differs:
        return "warning", Tone.CAUTION, "Not used: it is another key than the one in use; ask the owner which is his"
    if key.waits:
        return "question", Tone.CAUTION, "Not used yet: compare its fingerprint with the owner"
    return ("warning", Tone.DANGER, f"Not used: {words.visible(key.reason)}") if key.reason else _used(key, now)


def _used(key: KeyView, now: datetime) -> tuple[str, Tone, str]:
    if key.role is Role.AUTHORITY:
        return "check", Tone.CALM, "An authority that signs certificates"
    if key.role is Role.OTHER:
        return "lock", Tone.GOOD, "Protected mail can go there"
    if key.expires is not None and key.expires - now < WARNED:
        return "clock", Tone.CAUTION, f"Yours; it expires on {key.expires.day} {key.expires:%B}: get a new one in time"
    return "lock", Tone.GOOD, "Yours: it signs your mail and opens what you get"
