"""Shortcuts with their context, and the way around a window by keyboard.

PySide drops the `context` given to QShortcut's constructor: it stays the whole window's.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut


def shortcut(key: str, within: QWidget, act: Callable[[], object], context: Qt.ShortcutContext = INSIDE) -> QShortcut:
    """Return a shortcut that acts while the focus is on the widget or inside of it, or in another context."""
    made = QShortcut(QKeySequence(key), within, act)
    made.setContext(context)
    return made


def go_on(stops: Sequence[QWidget], focus: QWidget | None, step: int) -> None:
    """Put the keyboard on the visible stop that lies so many steps behind the one with `focus`, round and round."""
    seen = [stop for stop in stops if stop.isVisible()]
    here = next((n for n, stop in enumerate(seen) if focus is not None and (stop is focus or stop.isAncestorOf(focus))), -1)
    seen[(here + step) % len(seen)].setFocus(Qt.FocusReason.ShortcutFocusReason)
