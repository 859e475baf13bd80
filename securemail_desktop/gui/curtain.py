"""Keeps windows that open while the program is locked off the screen: what was asked for before the lock may arrive only then."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class Curtain(QObject):
    """While it is drawn every window but its own is hidden before it can be seen; `kept` is told of each."""

    def __init__(self, window: QWidget, kept: Callable[[QWidget], None]) -> None:
        """Let `window` alone be seen."""
        super().__init__(window)
        application = QApplication.instance()
        assert application is not None, "there is a window"
        self._application = application
        self._window, self._kept = window, kept

    def draw(self) -> None:
        """Watch every window of the program from now on."""
        self._application.installEventFilter(self)

    def open(self) -> None:
        """Let windows come again."""
        self._application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep a window off the screen that is about to be shown, and hide it as soon as Qt has done so."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow() and watched is not self._window:
            watched.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            QTimer.singleShot(0, self, lambda: self._put_away(watched))
        return False

    def _put_away(self, window: QWidget) -> None:
        if isValid(window):
            window.hide()
            window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)
            self._kept(window)
