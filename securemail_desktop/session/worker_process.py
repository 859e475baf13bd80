"""A confined process of the program's own, as the program sees it: started when it is needed, killed when it is slow or odd.

It gets an empty environment and three streams, and dies with the thread that started it (Linux) or when its input ends. Whatever it does wrong ends
it; the next question finds a new one.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Timer
from typing import IO, TypeVar

from securemail_desktop.message.text.worker.frames import WireBroken

Answer = TypeVar("Answer")
_ON_WINDOWS = os.name == "nt"
_NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW of <winbase.h>


def worker_command(part: str) -> list[str]:
    """Return how a part of the program is started: from an installed package, a checkout, or a frozen program."""
    dispatch = [] if getattr(sys, "frozen", False) else ["-P", "-B", "-m", "securemail_desktop"]
    return [sys.executable, *dispatch, part]


class WorkerProcess:
    """At most one process at a time; one question after the other, from one thread at a time; `kill` from any thread.

    `asked` counts the questions of this process, `late` says whether the last one took too long, `stopped` whether it was killed by the program.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start nothing yet."""
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self.asked = 0
        self.late = self.stopped = False

    def ask(self, exchange: Callable[[IO[bytes], IO[bytes]], Answer], seconds: float) -> Answer | None:
        """Return what `exchange` reads from the process (its input, its output); None when that failed or took longer: the process is gone then.

        Raise `OSError` when it cannot be started.
        """
        self.late = False
        process = self._process or self.start()
        watch = Timer(seconds, self._expire, [process])
        watch.daemon = True
        watch.start()
        try:
            self.asked += 1
            return exchange(*_streams(process))
        except (OSError, WireBroken):
            self.close()
            return None
        finally:
            watch.cancel()

    @property
    def running(self) -> bool:
        """Say whether there is a process that has not ended."""
        process = self._process
        return process is not None and process.poll() is None

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the process, and end the former one; raise `OSError` when that is impossible."""
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 - our own program, and nothing of a file is among its arguments
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(sys.executable).anchor,
            env={"SYSTEMROOT": os.environ["SYSTEMROOT"]} if _ON_WINDOWS else {},
            start_new_session=not _ON_WINDOWS,  # Ctrl-C is for the program, which ends its processes itself
            creationflags=_NO_WINDOW if _ON_WINDOWS else 0,
        )
        return self._process

    def kill(self) -> None:
        """End what is under way now, from any thread."""
        self.stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def give_up(self) -> None:
        """Tell the process that its answer is not wanted any more, from any thread; it may give it all the same."""
        process = self._process
        if process is not None and sys.platform != "win32":
            process.send_signal(signal.SIGUSR1)

    def close(self) -> None:
        """End the process; nothing may be asking."""
        process, self._process, self.asked = self._process, None, 0
        if process is not None:
            process.kill()
            process.wait()
            for stream in _streams(process):
                _close(stream)

    def _expire(self, process: "subprocess.Popen[bytes]") -> None:
        self.late = True
        process.kill()


def _streams(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:  # what was still to be written to a dead process
        return
