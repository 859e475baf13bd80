"""Keeps the draft while it is written: a moment after the last change and at least every ten seconds, in the lane `store`, never in a key's way.

A draft that is handed over is not saved any more, unless handing over fails: whatever a lane still holds, what was sent can't come back as a draft.
"""

import threading
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.mail_port import DraftsPort
from securemail_desktop.message.draft import Draft
from securemail_desktop.sending.state import Answer, Receipt, Review

PAUSE_MS, LONGEST_MS = 1_500, 10_000
Send = Callable[[Review, Mapping[str, Answer], str], tuple[Receipt, ...]]


class Autosave(QObject):
    """Saves what `draft` returns. `saved` follows each save, `failed` carries its error; `put_away` follows `keep` and `discard`.

    `has_begun` says that the drafts may hold something of this window.
    """

    saved = Signal()
    failed = Signal(object)
    put_away = Signal()

    def __init__(self, draft: Callable[[], Draft], drafts: DraftsPort, background: Background, parent: QObject) -> None:
        """Save nothing before `load`."""
        super().__init__(parent)
        self._draft, self._drafts, self._background = draft, drafts, background
        self._gate = _Gate()
        self._known: Draft | None = None
        self._saving = self._again = self._ending = False
        self._has_saved = False
        self.has_begun = False
        self._pause, self._longest = self._timer(PAUSE_MS), self._timer(LONGEST_MS)

    @property
    def is_saving(self) -> bool:
        """Say whether a save is under way, or one that closes the draft."""
        return self._saving or self._ending

    def load(self, draft: Draft) -> None:
        """Begin with a draft that needs no saving as it is."""
        self._known = draft

    def touch(self) -> None:
        """Note that the draft may have changed."""
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def now(self, *, unchanged: bool = False) -> None:
        """Save at once what has changed, `unchanged` what has not too; or right after the save that is running."""
        self._pause.stop()
        self._longest.stop()
        if self._saving or self._ending:
            self._again = True
            return
        draft = self._draft()
        if draft != self._known or (unchanged and not self._has_saved):
            self._saving = self.has_begun = True
            self._run(lambda: self._drafts.save(draft, writing=True), lambda: self._done(draft))

    def keep(self) -> None:
        """Save once more and note that the window closes."""
        self._ending, draft = True, self._draft()
        self._run(lambda: self._drafts.save(draft), lambda: self._kept(draft))

    def discard(self) -> None:
        """Forget the draft; nothing is saved afterwards."""
        self._ending, name = True, self._draft().message_id
        self._run(lambda: self._drafts.discard(name), self.put_away.emit, last=True)

    def handing_over(self, send: Send) -> Send:
        """Return `send` with the drafts shut while it runs, and for good when it succeeds."""

        def shut_and_send(review: Review, answers: Mapping[str, Answer], channel: str) -> tuple[Receipt, ...]:
            self._gate.shut()
            try:
                return send(review, answers, channel)
            except BaseException:
                self._gate.open()
                raise

        return shut_and_send

    def _timer(self, interval: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(self.now)
        return timer

    def _run(self, work: Callable[[], None], done: Callable[[], None], *, last: bool = False) -> None:
        gate = self._gate
        self._background.run(self, lambda: gate.pass_through(work, last=last), lambda _: done(), self._fail, "store")

    def _done(self, draft: Draft) -> None:
        self._saving, self._known, self._has_saved = False, draft, True
        self.saved.emit()
        if self._again:
            self._again = False
            self.now()

    def _kept(self, draft: Draft) -> None:
        if self._draft() == draft:
            self.put_away.emit()
        else:
            self.keep()

    def _fail(self, error: Exception) -> None:
        self._saving = self._again = self._ending = False
        self._longest.start()
        self.failed.emit(error)


class _Gate:
    """Lets one thread at a time through to the drafts, none once it is shut."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shut = False

    def pass_through(self, work: Callable[[], None], *, last: bool) -> None:
        with self._lock:
            if not self._shut:
                work()
                self._shut = last

    def shut(self) -> None:
        with self._lock:
            self._shut = True

    def open(self) -> None:
        with self._lock:
            self._shut = False
