"""Counts what is being done, so that a lock can wait for it."""

import threading
from types import TracebackType


class UnderWay:
    """A counter that a `with` block holds up."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        """Count one more."""
        with self._changed:
            self._count += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Count one less."""
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait until nothing is being done, or the seconds have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, seconds)
