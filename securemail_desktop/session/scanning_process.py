"""The process that scans drafts for patient data, as the program sees it: while it runs, nobody who types waits for a scan.

A scan is of the very text that it was asked for, never of an earlier one. Until the process is ready, and where none can be started, the program
scans by itself. A text that broke the process, or took it too long, is scanned nowhere: `NotScanned`, and nothing goes out.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Lock, Thread
from typing import IO, Protocol

from securemail_desktop.message.text.worker.frames import WireBroken, read_frame
from securemail_desktop.phi.errors import NotScanned, Outdated
from securemail_desktop.phi.finding import Scan
from securemail_desktop.phi.worker import wire
from securemail_desktop.session.worker_process import WorkerProcess, worker_command

SECONDS = 20.0  # of a short text, by the clock
_EACH_SECOND = 20_000  # code points: a tenth of what it does
_HERE = 200  # code points: a display name is scanned sooner than it is handed over
_MOST_STARTS = 3  # that come to nothing, until it is given up
_SLOW = "Looking for patient data took too long: shorten the message, or send less of it at once."
_BROKEN = "Looking for patient data failed: shorten the message, or leave a file out."
_STOPPED = "Looking for patient data was interrupted."


def scanning_command() -> list[str]:
    """Return how the scanning process is started."""
    return worker_command("scan-texts")


class Here(Protocol):
    """What scans in this program."""

    def scan(self, fields: wire.Fields) -> Scan:
        """Return what the fields hold."""
        ...


class ScanningProcess:
    """Scans one message after the other; every method from any thread."""

    def __init__(self, command: Sequence[str], here: Here, seconds: float = SECONDS) -> None:
        """Start nothing yet; `here` scans what the process does not."""
        self._worker, self._here, self._seconds = WorkerProcess(command), here, seconds
        self._lock = Lock()  # one question at a time
        self._ready: Future[bool] = Future()  # of the process that was started last
        self._starts = self._number = 0
        self._closed = self._wary = False
        self._patients = b""
        self._told = b""  # the patient list that the process has
        self._guard, self._owner = Lock(), ""  # whose scan is under way there and may be given up

    def start(self) -> None:
        """Start the process, unless it runs; returns at once."""
        with self._lock:
            self._start()

    def know(self, patients: bytes) -> None:
        """Find the patients of this list, too, from the next scan on; `here` is told of them by its owner."""
        with self._lock:
            self._patients = patients

    def scan(self, fields: wire.Fields, owner: str = "") -> Scan:
        """Return what `Scanner.scan` returns; raise `NotScanned`, and `Outdated` where `drop` gave the owner's scan up."""
        if sum(len(text) for _, text in fields) > _HERE:
            with self._lock:
                self._worker.stopped = False
                self._start()
                if self._wary or self._is_ready(0):
                    return self._scan_there(fields, owner)
        return self._here.scan(fields)

    def drop(self, owner: str) -> None:
        """Give up the scan that this owner waits for, if there is one: its text has changed."""
        with self._guard:
            if owner and owner == self._owner:
                self._worker.give_up()

    def kill(self) -> None:
        """End the scan that is under way, from any thread."""
        self._worker.kill()

    def close(self) -> None:
        """End the process, and start none any more."""
        self._closed = True
        self._worker.kill()
        with self._lock:
            self._worker.close()

    def _start(self) -> None:
        if self._worker.running or self._closed or self._starts >= _MOST_STARTS:
            return
        self._starts += 1
        self._ready = Future()
        try:
            process = self._worker.start()
            self._told = b""
        except OSError:
            self._ready.set_result(False)
            return
        Thread(target=self._welcome, args=[process.stdout, self._ready], daemon=True).start()

    def _welcome(self, answers: IO[bytes], ready: "Future[bool]") -> None:
        """Wait until the process says that it has loaded everything."""
        try:
            loaded = read_frame(answers, len(wire.READY)) == wire.READY
        except (WireBroken, OSError, ValueError):  # it ended, and its streams may be closed already
            loaded = False
        if loaded:
            self._starts = 0
        ready.set_result(loaded)

    def _is_ready(self, seconds: float) -> bool:
        try:
            return self._worker.running and self._ready.result(seconds)
        except TimeoutError:
            return False

    def _scan_there(self, fields: wire.Fields, owner: str) -> Scan:
        """Ask the process, and once more a new one when it broke: an earlier text may have done that, or the end of the thread that started it."""
        found = self._ask(fields, owner)
        if found is None and not (self._worker.late or self._worker.stopped):
            found = self._ask(fields, owner)
        self._wary = found is None  # the same text is not tried here next
        if found is None:
            raise NotScanned(_STOPPED if self._worker.stopped else _SLOW if self._worker.late else _BROKEN)
        return found

    def _ask(self, fields: wire.Fields, owner: str) -> Scan | None:
        self._start()
        if not self._is_ready(self._seconds):
            return None
        self._number += 1
        number = self._number

        def exchange(questions: IO[bytes], answers: IO[bytes]) -> Scan:
            self._introduce(questions)
            wire.ask(questions, number, fields)
            self._own(owner)
            try:
                return wire.answer(answers, number, fields)
            finally:
                self._own("")

        try:
            return self._worker.ask(exchange, self._seconds + sum(len(text) for _, text in fields) / _EACH_SECOND)
        except Outdated:
            if owner:
                raise
            return self._ask(fields, owner)  # nobody may give this one up

    def _introduce(self, questions: IO[bytes]) -> None:
        if self._told != self._patients:
            wire.introduce(questions, self._patients)
            self._told = self._patients

    def _own(self, owner: str) -> None:
        with self._guard:
            self._owner = owner
