"""Reviews the draft while it is written: debounced, in the lane `review`, one at a time; what is stale is given up and dropped.

Attachments that a review does not know yet are read in the lane `attachments`; then the draft is reviewed again.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from securemail_desktop.gui.background import Background
from securemail_desktop.message.draft import Draft
from securemail_desktop.phi.errors import Outdated
from securemail_desktop.sending.state import Review

DELAY_MS = 250


class LiveReview(QObject):
    """The review of one draft. `ready` carries a review of the draft as it is now, `failed` the error of trying."""

    ready = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        draft: Callable[[], Draft],
        review: Callable[[Draft], Review],
        read: Callable[[Draft], None],
        drop: Callable[[str], None],
        background: Background,
        parent: QObject,
    ) -> None:
        """Review what `draft` returns, by `review`; `read` reads its attachments, `drop` gives up a review (by Message-ID) that is under way."""
        super().__init__(parent)
        self._draft = draft
        self._review = review
        self._read = read
        self._drop = drop
        self._under_way = ""
        self._reading = False
        self._background = background
        self._version = 0
        self._running = False
        self._again = False
        self.current: Review | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.now)

    def touch(self) -> None:
        """Note that the draft has changed: it is reviewed when the author pauses."""
        self._version += 1
        self.current = None
        if self._running:
            self._drop(self._under_way)
        self._timer.start()

    def now(self) -> None:
        """Review at once, or right after the review that is running."""
        self._timer.stop()
        if self._running:
            self._again = True
            return
        draft, version = self._draft(), self._version
        self._running, self._again, self._under_way = True, False, draft.message_id
        self._background.run(
            self, lambda: self._review(draft), lambda r: self._take(r, version), lambda e: self._fail(e, version), "review"
        )

    def _take(self, review: Review, version: int) -> None:
        self._running = False
        if version == self._version:
            self._again = False
            self.current = review
            self.ready.emit(review)
            self._read_files(review)
        elif self._again:
            self.now()

    def _read_files(self, review: Review) -> None:
        if review.reading and not self._reading:
            self._reading = True
            self._background.run(self, lambda: self._read(review.draft), lambda _: self._read_done(), self._read_failed, "attachments")

    def _read_done(self) -> None:
        self._reading = False
        self.now()

    def _read_failed(self, error: Exception) -> None:
        self._reading = False
        self.failed.emit(error)

    def _fail(self, error: Exception, version: int) -> None:
        self._running = False
        if version == self._version and isinstance(error, Outdated):
            self.now()
        elif version == self._version:
            self._again = False
            self.failed.emit(error)
        elif self._again:
            self.now()
