"""The process that reads attachments, as the program sees it: one file after the other, replaced after some.

What went wrong with one file is that file's reason why it could not be read; the next one finds a new process.
"""

from collections.abc import Sequence
from typing import IO

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.message.text.worker import wire
from securemail_desktop.session.worker_process import WorkerProcess, worker_command

SECONDS = 15.0  # of one file, by the clock
_FILES = 50  # until a process is replaced, lest one hostile file colours many others
_NO_PROCESS = "The part of the program that reads files could not be started."
_BROKEN = "The file broke the reader: it may be damaged, or too much for it."
_SLOW = "Reading it took too long."
_STOPPED = "Reading it was interrupted."


def reading_command() -> list[str]:
    """Return how the reading process is started."""
    return worker_command("read-attachments")


class ReadingProcess:
    """Reads one file after the other, from one thread at a time; `kill` from any thread."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        """Start nothing yet."""
        self._worker, self._seconds = WorkerProcess(command), seconds

    def read(self, attachment: Attachment) -> AttachmentText:
        """Return the text of an attachment, or the reason why there is none; takes `seconds`, twice that when a used process broke."""
        worker = self._worker
        worker.stopped = False
        used = worker.asked > 0
        found = self._read_once(attachment)
        if found is None and used and not (worker.late or worker.stopped):  # an earlier file, or the end of its thread, broke the process
            found = self._read_once(attachment)
        return found or self._reason()

    def kill(self) -> None:
        """End what is being read now, from any thread."""
        self._worker.kill()

    def close(self) -> None:
        """End the process; nothing may be reading."""
        self._worker.close()

    def _reason(self) -> AttachmentText:
        if self._worker.stopped:
            return AttachmentText(unreadable=_STOPPED, pending=True)  # it was not the file's fault: the next review wants it again
        return AttachmentText(unreadable=_SLOW if self._worker.late else _BROKEN)

    def _read_once(self, attachment: Attachment) -> AttachmentText | None:
        """Return None when the process did not answer as it should; it is gone then."""

        def exchange(questions: IO[bytes], answers: IO[bytes]) -> AttachmentText:
            wire.ask(questions, attachment)
            return wire.answer(answers)

        try:
            found = self._worker.ask(exchange, self._seconds)
        except OSError:
            return AttachmentText(unreadable=_NO_PROCESS)
        if self._worker.asked >= _FILES:
            self._worker.close()
        return found
