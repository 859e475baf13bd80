"""Shows what opening a message found: one line each with its icon, the exact findings on request."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from securemail_desktop.gui.look import Look, restyle
from securemail_desktop.gui.verdict_words import Findings, Line

ICON = 18


class VerdictView(QFrame):
    """The frame has the tone of the worst line; its accessible name is all lines."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._look = look
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 9, 12, 9)
        self._layout.setSpacing(6)
        self.more = QPushButton("&Details", self)
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(self._toggle)
        self._details = QLabel(self)
        self._details.setTextFormat(Qt.TextFormat.PlainText)
        self._details.setProperty("kind", "muted")
        self._details.setWordWrap(True)
        self._details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._layout.addWidget(self._details)
        self._layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        self.setObjectName("verdictView")

    def show_findings(self, found: Findings) -> None:
        """Show the lines; the details stay folded."""
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(line) for line in found.lines]
        for number, row in enumerate(self._rows):
            self._layout.insertWidget(number, row)
        self._details.setText("\n".join(found.details))
        self._details.hide()
        self.more.setText("&Details")
        self.more.setVisible(bool(found.details))
        restyle(self, "tone", found.lines[0].tone.value if found.lines else "calm")
        self.setAccessibleName(found.spoken)

    def _row(self, line: Line) -> QWidget:
        row, icon, text = QWidget(self), QLabel(self), QLabel(line.text, self)
        for label in (icon, text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        text.setObjectName("verdictLine")
        text.setWordWrap(True)
        icon.setProperty("iconSize", ICON)
        for label in (icon, text):
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(9)
        layout.addWidget(icon)
        layout.addWidget(text, 1)
        self._look.mark(icon, line.icon, line.tone.value)
        return row

    def _toggle(self) -> None:
        shown = self._details.isHidden()
        self._details.setVisible(shown)
        self.more.setText("Hide &details" if shown else "&Details")
