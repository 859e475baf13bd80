"""The list under a recipient's line: whom the typed letters may mean, with the whole address and the last contact, look-alikes set apart."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.message_words import day
from securemail_desktop.gui.row_delegate import ROW_ROLE, Row, RowDelegate
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address, format_address
from securemail_desktop.recipients.completion import Suggestion

_SUGGESTION = Qt.ItemDataRole.UserRole + 3
_INSET, _NARROWEST, _ROWS = 12, 360, 6


class CompletionList(QObject):
    """The list of one line; `chosen` carries the address that was taken."""

    chosen = Signal(object)

    def __init__(self, line: QLineEdit, look: Look) -> None:
        """Make an empty list that belongs to the line."""
        super().__init__(line)
        self._line = line
        self._rows = QStandardItemModel(self)
        self.popup = QListView()
        self.popup.setObjectName("completions")
        self.popup.setAccessibleName("Known addresses")
        self._completer = QCompleter(self._rows, self)
        self._completer.setPopup(self.popup)
        self.popup.setItemDelegate(RowDelegate(look, self.popup, _INSET))  # after setPopup, which brings its own
        self.popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.popup.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._completer.setMaxVisibleItems(_ROWS)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(line)
        self._completer.activated[QModelIndex].connect(self._take, Qt.ConnectionType.QueuedConnection)  # type: ignore[index]

    def offer(self, suggestions: Sequence[Suggestion], typed: str = "") -> None:
        """Show the suggestions; none hide the list. `typed` is the key of a whole address that stands in the line, or empty.

        The first one is chosen beforehand, but never in place of an address that was written in full.
        """
        self._rows.clear()
        now = datetime.now(UTC)
        for suggestion in suggestions:
            self._rows.appendRow(_item(suggestion, now))
        if suggestions:
            self.popup.setMinimumWidth(max(_NARROWEST, self._line.width()))
            self._completer.complete()
            keys = [suggestion.address.key for suggestion in suggestions]
            row = 0 if not typed else keys.index(typed) if typed in keys else -1
            self.popup.setCurrentIndex(self._completer.completionModel().index(row, 0))
        else:
            self.popup.hide()

    def choose_nothing(self) -> None:
        """Let nothing be chosen until the next suggestions: these are for another text."""
        self.popup.setCurrentIndex(QModelIndex())

    def _take(self, index: QModelIndex) -> None:
        address = index.data(_SUGGESTION)
        if isinstance(address, Address):
            self.chosen.emit(address)


def row_of(suggestion: Suggestion, now: datetime) -> Row:
    """Return what is shown of a suggestion: name, whole address, when the last contact was, and for whom it could be taken."""
    address = suggestion.address
    heading = words.visible(address.name) or words.spec(address)
    lead = words.spec(address) if address.name else contact(suggestion)
    aside = day(suggestion.last, now) if suggestion.last else "new"
    icon, tone = ("warning", Tone.CAUTION) if suggestion.twin else ("envelope", Tone.CALM)
    return Row(icon, tone, heading, aside, lead, _twin(suggestion), 1)


def contact(suggestion: Suggestion) -> str:
    """Return in words how the user deals with the address."""
    if suggestion.written:
        return "you wrote to it once" if suggestion.written == 1 else f"you wrote to it {suggestion.written} times"
    return "it wrote to you" if suggestion.last else "you never wrote to it"


def spoken(suggestion: Suggestion, now: datetime) -> str:
    """Return a row as a screen reader says it."""
    address = suggestion.address
    last = f", last {day(suggestion.last, now)}" if suggestion.last else ""
    return f"{words.person(address)}, {contact(suggestion)}{last}. {_twin(suggestion)}".strip()


def _twin(suggestion: Suggestion) -> str:
    return f"Not to be confused with {words.visible(suggestion.twin)}" if suggestion.twin else ""


def _item(suggestion: Suggestion, now: datetime) -> QStandardItem:
    item = QStandardItem(format_address(suggestion.address))
    item.setData(row_of(suggestion, now), ROW_ROLE)
    item.setData(suggestion.address, _SUGGESTION)
    item.setData(spoken(suggestion, now), Qt.ItemDataRole.AccessibleTextRole)
    return item
