"""The labels of settings: plain text that wraps, and headings that do not."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def label(text: str, kind: str = "plain") -> QLabel:
    """Return a label of the kind `plain`, `muted` or `section`."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(kind != "section")
    return made
