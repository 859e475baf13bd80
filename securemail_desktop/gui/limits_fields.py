"""How long a send is held and when the window locks, chosen within what the organisation allows, which is said."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from securemail_desktop.gui.limits_port import LimitsPort
from securemail_desktop.gui.still_box import StillBox
from securemail_desktop.store.errors import StoreError

_HOLDS = (0, 5, 10, 20, 30, 60, 120)  # seconds
_LOCKS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480)  # minutes


class LimitsFields(QWidget):
    """`changed` follows a choice that is kept, `failed` carries the error of one that is not."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, limits: LimitsPort, parent: QWidget) -> None:
        """Show what holds now."""
        super().__init__(parent)
        self._limits = limits
        self.hold, self.lock = StillBox(self), StillBox(self)
        self.hold_bound, self.lock_bound = _muted(self), _muted(self)
        self.hold.setAccessibleName("How long a message is held with Undo after Send")
        self.lock.setAccessibleName("When the window locks if it is not used")
        self.hold.activated.connect(lambda _: self._keep_hold())
        self.lock.activated.connect(lambda _: self._keep_lock())
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        layout.setHorizontalSpacing(18)
        layout.addRow(_section("Held after Send"), self.hold)
        layout.addRow("", self.hold_bound)
        layout.addRow(_section("Locks"), self.lock)
        layout.addRow("", self.lock_bound)
        self.refresh()

    def refresh(self) -> None:
        """Show what holds and what may be chosen."""
        least, latest = self._limits.shortest_undo, self._limits.longest_lock
        held, locked = round(self._limits.undo.total_seconds()), round(self._limits.lock_after.total_seconds() / 60)
        self._fill(self.hold, {n: hold_words(n) for n in sorted({least, held, *(n for n in _HOLDS if n >= least)})}, held)
        locks = sorted({locked, latest, *(n for n in _LOCKS if not latest or n <= latest)} - {0})
        self._fill(self.lock, {n: lock_words(n) for n in (*locks, *(() if latest else (0,)))}, locked)
        _say(self.hold_bound, f"Your organisation holds at least {_count(least, 'second')}." if least else "")
        _say(self.lock_bound, f"Your organisation allows at most {_count(latest, 'minute')}." if latest else "")

    def _fill(self, box: StillBox, choices: dict[int, str], chosen: int) -> None:
        box.clear()
        for value, label in choices.items():
            box.addItem(label, value)
        box.setCurrentIndex(list(choices).index(chosen))
        box.setEnabled(len(choices) > 1)

    def _keep_hold(self) -> None:
        chosen = int(self.hold.currentData())
        try:
            self._limits.choose_undo(0 if chosen == self._limits.shortest_undo else chosen)
        except StoreError as error:
            self.failed.emit(error)
        self._settle()

    def _keep_lock(self) -> None:
        chosen = int(self.lock.currentData())
        try:
            self._limits.choose_lock(0 if chosen == self._limits.longest_lock else chosen)
        except StoreError as error:
            self.failed.emit(error)
        self._settle()

    def _settle(self) -> None:
        self.refresh()
        self.changed.emit()


def hold_words(seconds: int) -> str:
    """Return how long a send is held, in words."""
    return f"For {_count(seconds, 'second')}" if seconds else "Not held"


def lock_words(minutes: int) -> str:
    """Return when the window locks, in words."""
    return f"After {_count(minutes, 'minute')}" if minutes else "Only by Ctrl+L"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _muted(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("kind", "muted")
    label.setWordWrap(True)
    return label


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("kind", "section")
    return label
