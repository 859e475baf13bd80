"""What an unsafe choice asks of the author before it can be pressed, as much as the risk is: a tick, the domain typed by hand, a reason.

One recipient a question, so there is one tick at most and nothing that ticks all.
"""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.tick import Tick


@dataclass(frozen=True, slots=True)
class Friction:
    """What is asked: `tick` the words of a box, `domain` what must be typed (as people read it), `min_reason` characters; empty asks nothing."""

    tick: str = ""
    domain: str = ""
    min_reason: int = 0


NOTHING = Friction()


class Proof(QWidget):
    """The fields; `changed` after each change of them, `entered` when Enter was pressed in the line."""

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make them empty and hidden."""
        super().__init__(parent)
        self._asked = NOTHING
        self.tick = Tick(self)
        self.domain_label, self.domain = QLabel(self), QLineEdit(self)
        self.reason_label, self.reason = QLabel(self), QPlainTextEdit(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.tick, self.domain_label, self.domain, self.reason_label, self.reason):
            layout.addWidget(widget)
        self._set_up()
        self.ask(NOTHING)

    def ask(self, friction: Friction) -> None:
        """Ask for this from now on, and forget what was given."""
        self._asked = friction
        domain = words.visible(friction.domain)
        self.tick.ask(friction.tick)
        self.domain_label.setText(words.button(f"To send it there all the same, &type {domain}").replace("&&type", "&type"))
        self.domain.setAccessibleName(f"Type {domain} to send it there all the same")
        self.reason_label.setText(f"&Reason, at least {friction.min_reason} characters. It is kept in the audit record.")
        self.reason.setAccessibleName(f"Reason, at least {friction.min_reason} characters")
        for widgets, shown in (
            ((self.tick,), bool(friction.tick)),
            ((self.domain_label, self.domain), bool(friction.domain)),
            ((self.reason_label, self.reason), friction.min_reason > 0),
        ):
            for widget in widgets:
                widget.setVisible(shown)
        self.tick.setChecked(False)
        self.domain.clear()
        self.reason.clear()
        self.setVisible(friction != NOTHING)
        self.changed.emit()

    def is_given(self) -> bool:
        """Tell whether everything that is asked for is there."""
        asked = self._asked
        ticked = not asked.tick or self.tick.isChecked()
        typed = not asked.domain or self.domain.text().strip().casefold().lstrip("@") == asked.domain.casefold()
        return ticked and typed and len(self.written()) >= asked.min_reason

    def written(self) -> str:
        """Return the reason."""
        return self.reason.toPlainText().strip()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep Enter in the line from pressing the default button, which would change the recipient."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
            return True
        return super().eventFilter(watched, event)

    def _set_up(self) -> None:
        for label, field in ((self.domain_label, self.domain), (self.reason_label, self.reason)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setBuddy(field)
            field.setProperty("kind", "field")
        self.reason.setTabChangesFocus(True)
        self.reason.setMaximumHeight(72)
        self.domain.installEventFilter(self)
        self.tick.toggled.connect(self.changed)
        self.domain.textChanged.connect(self.changed)
        self.reason.textChanged.connect(self.changed)
