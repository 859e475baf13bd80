"""Notices that nobody uses the program: no key, no press and no movement of the mouse for some time."""

from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Idle(QObject):
    """`passed` is emitted when the application saw nothing of anybody for that long."""

    passed = Signal()

    def __init__(self, parent: QObject) -> None:
        """Watch nothing before `watch`."""
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.passed)

    def watch(self, time: timedelta) -> None:
        """Wait for this long a time without a sign of life; zero watches no more."""
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        self._timer.stop()
        if time:
            application.installEventFilter(self)
            self._timer.start(time // timedelta(milliseconds=1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's signature
        """Begin to wait anew at each sign of life."""
        if event.type() in _SIGNS_OF_LIFE:
            self._timer.start()
        return False
