"""The recipients of one destination field as a list model: name, address, and in words what will happen to each copy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from securemail_desktop.gui import words
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Recipient
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.sending.state import Outlook, Verdict

Index = QModelIndex | QPersistentModelIndex
CHIP_ROLE = Qt.ItemDataRole.UserRole + 1
DOUBT = 0.05


@dataclass(frozen=True, slots=True)
class Chip:
    """One recipient as shown: no outlook before the first review."""

    address: Address
    outlook: Outlook | None = None
    concerns: tuple[Concern, ...] = ()
    unchecked: bool = False

    @property
    def doubtful(self) -> bool:
        """Tell whether a concern deserves a colour: one about most recipients (outside, say) stands in the sentence only."""
        return any(concern.risk >= DOUBT for concern in self.concerns)

    @property
    def icon(self) -> str:
        """Return the name of the icon that stands for the outcome."""
        if self.outlook is None:
            return "question" if self.unchecked else "clock"
        goes = self.outlook.verdict in {Verdict.SEND, Verdict.PROTECTED}
        return "warning" if goes and self.doubtful else words.VERDICT_ICONS[self.outlook.verdict][0]

    @property
    def tone(self) -> Tone:
        """Return the tone: a doubtful recipient is never calm or good."""
        tone = words.VERDICT_ICONS[self.outlook.verdict][1] if self.outlook else Tone.CALM
        return Tone.CAUTION if self.doubtful and tone in {Tone.CALM, Tone.GOOD} else tone

    @property
    def line(self) -> str:
        """Return the outcome in words."""
        if self.outlook is not None:
            return words.outcome(self.outlook)
        return "Not checked" if self.unchecked else "Checking…"

    @property
    def sentence(self) -> str:
        """Return everything as sentences: the accessible name and the tooltip."""
        parts = [f"{words.person(self.address)}.", self.line, *(words.visible(concern.message) for concern in self.concerns)]
        return " ".join(part if part.endswith((".", "…", "?", "!")) else f"{part}." for part in parts)


class RecipientModel(QAbstractListModel):
    """The chips of one field, in the order in which they were added; no mailbox twice."""

    def __init__(self, field: AddressField, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._field = field
        self._chips: list[Chip] = []
        self._recipients: tuple[Recipient, ...] | None = ()  # asked for at each keystroke of a long list

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of recipients."""
        return 0 if parent.isValid() else len(self._chips)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what views and screen readers ask for."""
        chip = self._chips[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: words.person(chip.address),
            Qt.ItemDataRole.AccessibleTextRole: chip.sentence,
            Qt.ItemDataRole.ToolTipRole: words.tooltip(chip.sentence),
            CHIP_ROLE: chip,
        }.get(role)

    def recipients(self) -> tuple[Recipient, ...]:
        """Return the recipients as the draft has them."""
        if self._recipients is None:
            self._recipients = tuple(Recipient(chip.address, self._field) for chip in self._chips)
        return self._recipients

    def chip(self, row: int) -> Chip:
        """Return one recipient as shown."""
        return self._chips[row]

    def add(self, addresses: Iterable[Address]) -> None:
        """Append the addresses that are not there yet."""
        known = {chip.address.key for chip in self._chips}
        new = {a.key: Chip(a) for a in addresses if a.key not in known}
        if not new:
            return
        self.beginInsertRows(QModelIndex(), len(self._chips), len(self._chips) + len(new) - 1)
        self._recipients = None
        self._chips.extend(new.values())
        self.endInsertRows()

    def remove(self, row: int) -> Address:
        """Take one recipient out and return his address."""
        self.beginRemoveRows(QModelIndex(), row, row)
        self._recipients = None
        chip = self._chips.pop(row)
        self.endRemoveRows()
        return chip.address

    def reset(self, addresses: Iterable[Address]) -> None:
        """Replace all recipients; what is known of those who stay is kept."""
        known = {chip.address.key: chip for chip in self._chips}
        self.beginResetModel()
        self._recipients = None
        self._chips = list({a.key: replace(known.get(a.key, Chip(a)), address=a) for a in addresses}.values())
        self.endResetModel()

    def show(self, outlooks: Mapping[str, Outlook], concerns: Mapping[str, tuple[Concern, ...]]) -> None:
        """Take in a review, by `Address.key`; recipients it does not know keep what they had. Views hear of all changes at once."""
        changed = []
        for row, chip in enumerate(self._chips):
            key = chip.address.key
            if (outlook := outlooks.get(key)) is not None:
                shown = Chip(chip.address, outlook, concerns.get(key, ()))
                if shown != chip:
                    self._chips[row] = shown
                    changed.append(row)
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def show_unchecked(self) -> None:
        """Forget what earlier reviews said: the last one failed."""
        self._chips = [Chip(chip.address, unchecked=True) for chip in self._chips]
        if self._chips:
            self.dataChanged.emit(self.index(0), self.index(len(self._chips) - 1))
