"""The people and the date of a message above its text: full addresses, in plain text, thousands of recipients in a few lines."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from securemail_desktop.gui import message_words, words
from securemail_desktop.gui.selectable_text import SelectableText
from securemail_desktop.message.address import Address
from securemail_desktop.session.mail_view import Reading

FEW, MANY = 6, 500
ROWS = ("From", "To", "Cc", "Date")


class HeaderView(QWidget):
    """Rows of a name and a text that can be selected; "Show all" unfolds long lists."""

    def __init__(self, parent: QWidget) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._reading: Reading | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._names = {name: self._name(name) for name in ROWS}
        self.texts = {name: SelectableText(self) for name in ROWS}
        self.all = QPushButton("Show &all recipients", self)
        self.all.setProperty("kind", "link")
        self.all.clicked.connect(lambda: self._fill(MANY))
        for row, name in enumerate(ROWS):
            self._grid.addWidget(self._names[name], row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self.texts[name], row, 1)
        self._grid.addWidget(self.all, len(ROWS), 1, Qt.AlignmentFlag.AlignLeading)

    def show_reading(self, reading: Reading) -> None:
        """Show the people and the date of a message."""
        self._reading = reading
        self._fill(FEW)

    def _fill(self, most: int) -> None:
        reading = self._reading
        if reading is None:
            return
        sender = _listed(reading.sender, MANY) or f"{words.visible(reading.view.sender)} (no readable address)"
        texts = (sender, _listed(reading.to, most), _listed(reading.cc, most), message_words.whole_date(reading.view.date))
        for name, text in zip(ROWS, texts, strict=True):
            self.texts[name].setText(text)
            self.texts[name].setAccessibleName(f"{name}: {text}")
            self.texts[name].setVisible(bool(text))
            self._names[name].setVisible(bool(text))
        self.all.setVisible(most == FEW and max(len(reading.to), len(reading.cc)) > FEW)

    def _name(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", "muted")
        return label


def _listed(addresses: Sequence[Address], most: int) -> str:
    shown = ", ".join(map(message_words.full_name, addresses[:most]))
    return f"{shown} and {len(addresses) - most:,} more" if len(addresses) > most else shown
