"""An invitation above the text of its message: what, when, where, who, and buttons that make an answer, which one sees before it goes."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui import invitation_words, words
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.marked_label import NO_PART, MarkedLabel
from securemail_desktop.message.invitation import Answer
from securemail_desktop.session.mail_view import Reading

_CHOICES = {
    Answer.ACCEPTED: ("A&ccept", "Accept the invitation"),
    Answer.TENTATIVE: ("Ma&ybe", "Answer the invitation with maybe"),
    Answer.DECLINED: ("Decl&ine", "Decline the invitation"),
}
_ANSWERED = "You have answered this message already: what you answer last counts."


class InvitationView(QFrame):
    """`answered` carries an `Answer`. Everything of a stranger is plain text."""

    answered = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden and empty."""
        super().__init__(parent)
        self.setObjectName("invitationView")
        self._rows: list[QWidget] = []
        self._title, self._doubt, self.told = QLabel(self), MarkedLabel(self), MarkedLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("kind", "section")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 9)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        self.buttons = {said: QPushButton(label, self) for said, (label, _) in _CHOICES.items()}
        self.choices = self._lay_choices(parent)
        self.show_reading(None)

    def show_reading(self, reading: Reading | None, *, own: bool = False) -> None:
        """Show the invitation of a message, or nothing where it has none; `own` says that the reader sent it himself."""
        for label in self._rows:
            self._grid.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._rows = []
        found = reading.invitation if reading else None
        self.setVisible(found is not None)
        self.choices.setVisible(found is not None and found.can_be_answered and not own)
        if reading is None or found is None:
            return
        rows = invitation_words.rows(found, words.visible(reading.opened.subject or reading.view.subject))
        doubt = invitation_words.doubt(found, reading.sender)
        for number, (name, text) in enumerate(rows):
            self._add(number, name, text)
        self._title.setText(invitation_words.title(found))
        self._doubt.show_text(doubt, NO_PART, "")
        self._doubt.setVisible(bool(doubt))
        self.show_answered(answered=reading.view.answered)
        self.setAccessibleName(" ".join([f"{self._title.text()}.", *(f"{name} {text}.".strip() for name, text in rows)]))

    def show_answered(self, *, answered: bool) -> None:
        """Say that the message was answered, or not yet."""
        self.told.setVisible(answered)
        for button in self.buttons.values():
            button.setAccessibleDescription(_ANSWERED if answered else "")

    def _add(self, number: int, name: str, text: str) -> None:
        first, second = QLabel(name, self), MarkedLabel(self)
        first.setTextFormat(Qt.TextFormat.PlainText)
        first.setProperty("kind", "muted")
        second.show_text(text, NO_PART, "")
        second.setAccessibleName(f"{name}: {text}" if name else text)
        self._grid.addWidget(first, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(second, number, 1)
        self._rows += [first, second]

    def _lay_choices(self, parent: QWidget) -> QWidget:
        """Return the buttons, to be placed where they are always seen, and above them the doubt and what was answered."""
        choices = QWidget(parent)
        row = QWidget(choices)
        flow = FlowLayout(row)
        for said, button in self.buttons.items():
            spoken = _CHOICES[said][1]
            button.setAccessibleName(spoken)
            button.setToolTip(f"{spoken}: you see the answer before it goes")
            button.clicked.connect(partial(self.answered.emit, said))
            flow.addWidget(button)
        layout = QVBoxLayout(choices)
        layout.setContentsMargins(22, 2, 22, 10)
        layout.setSpacing(6)
        self._doubt.setProperty("kind", "doubt")
        layout.addWidget(self._doubt)
        self.told.setProperty("kind", "muted")
        self.told.show_text(_ANSWERED, NO_PART, "")
        layout.addWidget(self.told)
        layout.addWidget(row)
        return choices
