"""A box of choices that the mouse wheel does not change: whoever scrolls past it in a long page means the page."""

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from securemail_desktop.gui.fitting_box import FittingBox


class StillBox(FittingBox):
    """A box for pages that scroll; it takes no more room than there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the page."""
        event.ignore()
