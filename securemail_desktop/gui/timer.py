"""A timer that belongs to what it works for, and ends with it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def timer(owner: QObject, interval: int, act: Callable[[], None], *, once: bool = False) -> QTimer:
    """Return a timer that acts after the interval in milliseconds, again and again or once, when it is started."""
    made = QTimer(owner)
    made.setSingleShot(once)
    made.setInterval(interval)
    made.timeout.connect(act)
    return made
