"""The process that reads attachments, as the program sees it: started when it is needed, killed when it is slow or odd, replaced after some files.

What went wrong with one file is that file's reason why it could not be read; the next one finds a new process.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import IO

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.message.text.worker import wire

SECONDS = 15.0  # of one file, by the clock
_FILES = 50  # until a process is replaced, lest one hostile file colours many others
_ON_WINDOWS = os.name == "nt"
_NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW of <winbase.h>
_NO_PROCESS = "The part of the program that reads files could not be started."
_BROKEN = "The file broke the reader: it may be damaged, or too much for it."
_SLOW = "Reading it took too long."
_STOPPED = "Reading it was interrupted."


def reading_command() -> list[str]:
    """Return how the reading process is started: from an installed package, a checkout, or a frozen program."""
    dispatch = [] if getattr(sys, "frozen", False) else ["-P", "-B", "-m", "securemail_desktop"]
    return [sys.executable, *dispatch, "read-attachments"]


class ReadingProcess:
    """At most one process at a time; one file after the other, from one thread at a time; `kill` from any thread."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        """Start nothing yet."""
        self._command, self._seconds = list(command), seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._stopped = self._late = False

    def read(self, attachment: Attachment) -> AttachmentText:
        """Return the text of an attachment, or the reason why there is none; takes `seconds`, twice that when a used process broke."""
        self._stopped = False
        used = self._files > 0
        found = self._read_once(attachment)
        if (
            found is None and used and not (self._late or self._stopped)
        ):  # an earlier file, or the end of the thread that started it, broke it
            found = self._read_once(attachment)
        return found or self._reason()

    def kill(self) -> None:
        """End what is being read now, from any thread."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; nothing may be reading."""
        process, self._process, self._files = self._process, None, 0
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                _close(stream)

    def _reason(self) -> AttachmentText:
        if self._stopped:
            return AttachmentText(unreadable=_STOPPED, pending=True)  # it was not the file's fault: the next review wants it again
        return AttachmentText(unreadable=_SLOW if self._late else _BROKEN)

    def _read_once(self, attachment: Attachment) -> AttachmentText | None:
        """Return None when the process did not answer as it should; it is gone then."""
        self._late = False
        try:
            process = self._process or self._start()
        except OSError:
            return AttachmentText(unreadable=_NO_PROCESS)
        watch = Timer(self._seconds, self._expire, [process])
        watch.daemon = True
        watch.start()
        try:
            return self._exchange(process, attachment)
        except (OSError, wire.WireBroken):
            self.close()
            return None
        finally:
            watch.cancel()

    def _exchange(self, process: "subprocess.Popen[bytes]", attachment: Attachment) -> AttachmentText:
        assert process.stdin is not None
        assert process.stdout is not None
        self._files += 1
        wire.ask(process.stdin, attachment)
        found = wire.answer(process.stdout)
        if self._files >= _FILES:
            self.close()
        return found

    def _start(self) -> "subprocess.Popen[bytes]":
        self._process = subprocess.Popen(  # noqa: S603 - our own program, and nothing of a file is among its arguments
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(sys.executable).anchor,
            env={"SYSTEMROOT": os.environ["SYSTEMROOT"]} if _ON_WINDOWS else {},
            start_new_session=not _ON_WINDOWS,  # Ctrl-C is for the program, which ends its reader itself
            creationflags=_NO_WINDOW if _ON_WINDOWS else 0,
        )
        return self._process

    def _expire(self, process: "subprocess.Popen[bytes]") -> None:
        self._late = True
        process.kill()


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:  # what was still to be written to a dead process
        return
