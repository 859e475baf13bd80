"""The labels of settings: plain text that wraps, headings that do not, and forms of both."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget


def label(text: str, kind: str = "plain") -> QLabel:
    """Return a label of the kind `plain`, `muted` or `section`."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(kind != "section")
    return made


def facts(parent: QWidget) -> QFormLayout:
    """Lay out a widget as facts, each beneath its name: of rows that wrap only now and then Qt reckons the height too low, and cuts words off."""
    form = QFormLayout(parent)
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(6)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
    return form
