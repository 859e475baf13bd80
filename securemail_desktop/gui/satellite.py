"""A window beside the main one: one of its kind, brought to the front where it is open already, closed with the main window and by a lock."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class Satellite(QObject):
    """Makes the window when it is wanted; it deletes itself when it is closed."""

    def __init__(self, make: Callable[[], QWidget], parent: QObject) -> None:
        """Keep how the window is made."""
        super().__init__(parent)
        self._make = make
        self.window: QWidget | None = None
        parent.destroyed.connect(self.close)

    def show(self) -> None:
        """Show the window."""
        if self.window is None or not isValid(self.window) or self.window.isHidden():  # a closed one is deleted a moment later
            self.window = self._make()
            self.window.show()
            return
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """Close the window where it is open."""
        if self.window is not None and isValid(self.window):
            self.window.close()
