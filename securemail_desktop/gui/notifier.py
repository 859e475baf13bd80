"""Tells of new mail while nobody looks at the program: how many, never from whom or about what, for anybody may stand before the screen.

The taskbar is asked to draw attention everywhere; where the desktop has a tray, a message comes from there (on Linux as a freedesktop notification).
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from securemail_desktop.gui.look import Look

PREFERENCE, OFF = "notify", "off"
TITLE, SHOWN_MS = "SecureMail", 8_000


class Notifier(QObject):
    """`wanted` asks for the window and its inbox: the message was pressed."""

    wanted = Signal()

    def __init__(self, window: QWidget, look: Look, is_on: Callable[[], bool]) -> None:
        """Tell nothing before `arrived`; `is_on` says whether the user wants to be told."""
        super().__init__(window)
        self._window, self._look, self._is_on = window, look, is_on
        self._tray: QSystemTrayIcon | None = None
        self._count = 0
        QGuiApplication.instance().applicationStateChanged.connect(self._look_after)  # type: ignore[union-attr]  # there is an application

    def arrived(self, count: int) -> None:
        """Tell of so many more unread messages, unless the user is here or does not want it."""
        if QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive or not self._is_on():
            return
        self._count += count
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._show()

    def rest(self) -> None:
        """Take back what was told: it was seen, or the window is locked."""
        self._count = 0
        if self._tray is not None:
            self._tray.hide()

    def _show(self) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self)
            self._tray.messageClicked.connect(self.wanted)
            self._tray.activated.connect(lambda _: self.wanted.emit())
        icon = self._look.icon("envelope", self._look.tones.accent)
        self._tray.setIcon(icon)
        self._tray.setToolTip(TITLE)
        self._tray.show()
        text = "1 new message" if self._count == 1 else f"{self._count} new messages"
        self._tray.showMessage(TITLE, text, icon, SHOWN_MS)

    def _look_after(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.rest()
