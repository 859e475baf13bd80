"""GnuPG's agent for one home, shared by all that use the home now, and ended with the last of them, even when that is killed.

The agent looks every few seconds whether the command that it was started with still runs (gpg-agent(1), --daemon with a command). Ours is a
shell that waits for the end of a pipe which only this process holds; an agent that gpg starts by itself would stay for good. Who uses the home
holds a shared lock on a file in it: whoever gets the whole lock knows that a running agent was left by a killed program.
"""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from weakref import finalize

if os.name == "posix":
    import fcntl

_SECONDS = 10.0
_WAIT = ("sh", "-c", "echo; read _")
_LOCK = ".securemail-users"


class Agent:
    """One user's hold on the agent of a home. Where no agent can be started so, gpg starts one itself."""

    def __init__(self, home: Path, gpg: str) -> None:
        """Start the agent, unless somebody uses it already; one that a killed program has left is replaced. `gpg` is the binary in use."""
        self._conf = [_beside(gpg, "gpgconf"), "--homedir", str(home), "--kill"]
        self._release: Callable[[], object] = _nothing
        self._users = -1
        if os.name == "posix":
            self._users = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if self._is_alone():
                end = time.monotonic() + _SECONDS
                self._run("gpg-agent")
                command = [_beside(gpg, "gpg-agent"), "--homedir", str(home), "--daemon", *_WAIT]
                while not self._start(command) and time.monotonic() < end:
                    time.sleep(0.05)  # the one that was told to end still listens
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go; the last one ends the agent, and whatever else of GnuPG runs in the home."""
        alone = self._is_alone()
        if alone:
            self._run("all")
        self._release()
        if self._users >= 0:
            os.close(self._users)
            self._users = -1

    def _is_alone(self) -> bool:
        if self._users < 0:
            return True
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _start(self, command: list[str]) -> bool:
        """Start an agent; return False when there is another one."""
        with suppress(OSError):
            waiting = subprocess.Popen(  # noqa: S603 - our own binary and folder
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            if waiting.stdout is not None and not waiting.stdout.readline():  # what it writes says that it listens now
                waiting.communicate()
                return False
            self._release = finalize(self, waiting.communicate)  # also for a home that is forgotten without being closed
        return True

    def _run(self, what: str) -> None:
        with suppress(OSError, subprocess.TimeoutExpired):  # the agent ends by itself when its folder is gone
            subprocess.run([*self._conf, what], check=False, capture_output=True, timeout=_SECONDS)  # noqa: S603


def _nothing() -> None:
    """Release nothing."""


def _beside(gpg: str, name: str) -> str:
    """Return the program that belongs to the gpg binary: beside it, or on the path like it."""
    path = Path(gpg)
    return str(path.with_name(name)) if path.parent != Path() else name
