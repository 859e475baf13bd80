"""A keyboard shortcut with its context. PySide drops the `context` given to QShortcut's constructor: it stays the whole window's."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut


def shortcut(key: str, within: QWidget, act: Callable[[], object], context: Qt.ShortcutContext = INSIDE) -> QShortcut:
    """Return a shortcut that acts while the focus is on the widget or inside of it, or in another context."""
    made = QShortcut(QKeySequence(key), within, act)
    made.setContext(context)
    return made
