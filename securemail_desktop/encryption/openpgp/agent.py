"""GnuPG's agent for one home, which ends with this process, even when that is killed: an agent that gpg starts by itself would stay for good.

The agent looks every few seconds whether the command that it was started with still runs (gpg-agent(1), --daemon with a command). Ours is a
shell that waits for the end of a pipe which only this process holds.
"""

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from weakref import finalize

_SECONDS = 10.0
_WAIT = ("sh", "-c", "echo; read _")


class Agent:
    """A running agent, or none where it can't be started so: gpg starts it itself then."""

    def __init__(self, home: Path, gpg: str) -> None:
        """Start the agent of a home in place of one that a killed program has left; `gpg` is the binary in use."""
        self._conf = [_beside(gpg, "gpgconf"), "--homedir", str(home), "--kill"]
        self._release: Callable[[], object] = _nothing
        if os.name == "posix":
            self._run("gpg-agent")
            self._start([_beside(gpg, "gpg-agent"), "--homedir", str(home), "--daemon", *_WAIT])

    def close(self) -> None:
        """End the agent, and whatever else of GnuPG runs in the home."""
        self._run("all")
        self._release()

    def _start(self, command: list[str]) -> None:
        with suppress(OSError):
            waiting = subprocess.Popen(  # noqa: S603 - our own binary and folder
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._release = finalize(self, waiting.communicate)  # also for a home that is forgotten without being closed
            if waiting.stdout is not None:
                waiting.stdout.readline()  # it listens now; or gpg would start another one

    def _run(self, what: str) -> None:
        with suppress(OSError, subprocess.TimeoutExpired):  # the agent ends by itself when its folder is gone
            subprocess.run([*self._conf, what], check=False, capture_output=True, timeout=_SECONDS)  # noqa: S603


def _nothing() -> None:
    """Release nothing."""


def _beside(gpg: str, name: str) -> str:
    """Return the program that belongs to the gpg binary: beside it, or on the path like it."""
    path = Path(gpg)
    return str(path.with_name(name)) if path.parent != Path() else name
