"""Finds words in the message that is shown: a bar above its text with the number of places; every place is marked, the current one selected."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.occurrences import MOST, occurrences
from securemail_desktop.gui.shortcut import shortcut

SETTLE_MS = 120
LONGEST = 200  # characters that are looked for


class FindBar(QFrame):
    """Hidden until it is opened."""

    def __init__(self, view: HtmlView, look: Look, parent: QWidget) -> None:
        """Find in what the view shows."""
        super().__init__(parent)
        self._view, self._look = view, look
        self._places: tuple[tuple[int, int], ...] = ()
        self._current = -1
        self.line, self.count = QLineEdit(self), QLabel(self)
        self.previous, self.next, self.close_button = QPushButton(self), QPushButton(self), QPushButton(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._dress()
        self._lay_out()
        self._connect()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Tell whether the bar is shown."""
        return not self.isHidden()

    def open(self) -> None:
        """Show the bar and go to its field; words that are selected in the text are looked for."""
        chosen = " ".join(self._view.selected_text().split())[:LONGEST]
        self.show()
        if chosen and self._current < 0:
            self.line.setText(chosen)
        self.line.setFocus()
        self.line.selectAll()
        self._find()

    def step(self, steps: int) -> None:
        """Go to the next place (steps 1) or the one before (-1), round the end; open the bar where it is closed."""
        if not self.is_open or not self.line.text().strip():
            self.open()
            return
        if self._settle.isActive():
            self._find()
        if self._places:
            self._current = (self._current + steps) % len(self._places)
            self._show()

    def shut(self) -> None:
        """Hide the bar and its marks, and go back to the text at the place that was found."""
        focus = self.window().focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self._settle.stop()
        self._places, self._current = (), -1
        self.hide()
        self._view.mark_places((), -1)
        if had_focus:
            self._view.setFocus()

    def forget(self) -> None:
        """Hide the bar and forget what was looked for: it may tell of a patient."""
        self.line.clear()
        self.shut()

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through."""
        return self.line, self.previous, self.next, self.close_button

    def _find(self) -> None:
        """Look for the words; the first place from the top of what is seen becomes the current one."""
        self._settle.stop()
        self._places = occurrences(self._view.toPlainText(), self.line.text()) if self.is_open else ()
        top = self._view.place_at_top()
        self._current = next((n for n, (start, _) in enumerate(self._places) if start >= top), 0 if self._places else -1)
        self._show()

    def _laid_out(self) -> None:
        """Mark the places anew after the text was laid out anew; it may be another one."""
        if self.is_open:
            self._places = occurrences(self._view.toPlainText(), self.line.text())
            self._current = min(max(self._current, 0), len(self._places) - 1)
            self._show(go=False)

    def _show(self, *, go: bool = True) -> None:
        self._view.mark_places(self._places, self._current, go=go)
        many = len(self._places)
        total = f"{MOST:,} or more" if many == MOST else f"{many:,}"
        wanted = bool(self.line.text().strip())
        self.count.setText(f"{self._current + 1:,} of {total}" if many else "Not found" if wanted else "")
        restyle(self.count, "tone", "danger" if wanted and not many else "calm")
        self.count.setAccessibleName(f"Place {self.count.text()}" if many else self.count.text())
        for button in (self.previous, self.next):
            button.setEnabled(many > 0)
        if wanted:
            QAccessible.updateAccessibility(QAccessibleEvent(self.count, QAccessible.Event.Alert))

    def _dress(self) -> None:
        self.setObjectName("findBar")
        self.count.setProperty("kind", "muted")
        self.count.setObjectName("findCount")
        self.line.setProperty("kind", "search")
        self.line.setPlaceholderText("Find in this message")
        self.line.setAccessibleName("Find in this message")
        self.line.setMaxLength(LONGEST)
        self.line.setMinimumWidth(80)
        for button, icon, name, key in (
            (self.previous, "up", "Previous place", "Shift+F3"),
            (self.next, "down", "Next place", "F3"),
            (self.close_button, "close", "Close the search", "Esc"),
        ):
            button.setProperty("kind", "tool")
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({key})")
            self._look.mark(button, icon, "ink")

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.setSpacing(4)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.count)
        for button in (self.previous, self.next, self.close_button):
            layout.addWidget(button)

    def _connect(self) -> None:
        self.line.textChanged.connect(lambda _: self._settle.start())
        self._settle.timeout.connect(self._find)
        self._view.laid_out.connect(self._laid_out)
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.close_button.clicked.connect(self.shut)
        for key, steps in (("Return", 1), ("Enter", 1), ("Shift+Return", -1), ("Shift+Enter", -1)):
            shortcut(key, self.line, partial(self.step, steps))
