"""The desktop's own lock, as far as Qt's essentials let us hear of it: on Linux over D-Bus, elsewhere not.

Linux: `ActiveChanged(true)` of the screen saver (freedesktop, GNOME), which every locker sends, and `PrepareForSleep(true)` of logind. On Windows
and macOS the signals need native calls that Qt does not wrap: there only the time without use locks.
"""

import sys
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot

_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")
_LOGIND = "org.freedesktop.login1"
_SLOT: Any = SLOT("active(bool)")  # the stubs want bytes, which PySide refuses


class SystemLock(QObject):
    """`locked` is emitted when the screen locks or the machine goes to sleep."""

    locked = Signal()

    def __init__(self, parent: QObject) -> None:
        """Listen where there is something to listen to; a desktop without D-Bus is no error."""
        super().__init__(parent)
        if sys.platform == "linux":
            self._listen()

    def _listen(self) -> None:
        from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415 - the module is not there on every platform

        session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
        for name in _SAVERS if session.isConnected() else ():
            session.connect("", "", name, "ActiveChanged", self, _SLOT)
        if system.isConnected():
            system.connect(_LOGIND, "", f"{_LOGIND}.Manager", "PrepareForSleep", self, _SLOT)

    @Slot(bool)
    def active(self, begins: bool) -> None:
        """Hear that the screen is locked, or the machine goes to sleep."""
        if begins:
            self.locked.emit()
