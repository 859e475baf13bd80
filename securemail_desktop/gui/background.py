"""The only door to threads: work runs in a lane, one after the other; its outcome arrives on the main thread.

An outcome whose owner is gone is dropped. Lanes: `account` (sending and what belongs to it), `mailbox` (folders, and changes on servers), `reading`
(one message), `store` (rows), `review`, `attachments` (reading them), `files` and `saving` (disks), `look-ups` (recipients' keys), `general`, and one
`watching` for each account's inbox.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

Result = TypeVar("Result")
SWITCH_SECONDS = 0.0005  # how long work in a lane keeps the window from painting; Python's own 5 ms add up with each step of a paint


@dataclass(frozen=True, slots=True)
class _Job(Generic[Result]):
    owner: QObject
    work: Callable[[], Result]
    done: Callable[[Result], None]
    failed: Callable[[Exception], None]


class Background(QObject):
    """Lanes of work; make it on the main thread and `close` it before the program ends."""

    _settled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without lanes: each begins with its first work."""
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_SECONDS)
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._closed = False
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        owner: QObject,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
        lane: str,
    ) -> None:
        """Run the work in the lane, then call `done` or `failed` on the main thread, unless the owner was destroyed meanwhile."""
        if self._closed:
            return
        pool = self._lanes.setdefault(lane, ThreadPoolExecutor(max_workers=1, thread_name_prefix=lane))
        pool.submit(self._perform, _Job(owner, work, done, failed))

    @property
    def is_closed(self) -> bool:
        """Say whether work is wanted no more; from any thread."""
        return self._closed

    def close(self) -> None:
        """Drop what waits, wait for what runs; outcomes are not delivered any more."""
        self._closed = True
        for pool in self._lanes.values():
            pool.shutdown(wait=True, cancel_futures=True)

    def _perform(self, job: _Job[Result]) -> None:
        try:
            outcome = partial(job.done, job.work())
        except Exception as error:  # noqa: BLE001 - the door hands every error to its owner
            outcome = partial(job.failed, error)
        if not self._closed:
            self._settled.emit((job.owner, outcome))

    def _deliver(self, settled: tuple[QObject, Callable[[], None]]) -> None:
        owner, outcome = settled
        if isValid(owner) and not self._closed:
            outcome()
