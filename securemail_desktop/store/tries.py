"""Wrong passphrases make the next try wait: nothing after the first two, then five seconds and twice as long each time, five minutes at most.

The count lies beside the store, so that starting the program again does not help. It slows down whoever sits at the keyboard; whoever has the
files guesses elsewhere, at the price of scrypt.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from securemail_desktop.store.errors import WrongPassphrase
from securemail_desktop.store.translate import translated

_FREE, _FIRST, _LONGEST = 2, 5.0, 300.0  # tries; seconds


class Tries:
    """The wrong tries of one data folder; the caller holds the store's lock."""

    def __init__(self, data: Path, clock: Callable[[], float] = time.time) -> None:
        """Keep where they are counted; `clock` returns seconds since the epoch."""
        self._path, self._clock = data / "unlock.tries", clock

    def check(self) -> None:
        """Raise `WrongPassphrase` while it is too soon for another try."""
        count, last = self._read()
        wait = min(_FIRST * 2 ** (count - _FREE - 1), _LONGEST) if count > _FREE else 0.0
        left = min(last + wait - self._clock(), wait)  # a clock that was set back does not make it longer
        if left > 0:
            raise WrongPassphrase(f"The passphrase was wrong too often: wait {int(left) + 1} seconds and try again.")

    def failed(self) -> None:
        """Count a wrong try."""
        tries = json.dumps([min(self._read()[0] + 1, 60), self._clock()])
        with translated(self._path):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.write(descriptor, tries.encode())
            os.close(descriptor)

    def succeeded(self) -> None:
        """Forget the wrong tries."""
        with translated(self._path):
            self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[int, float]:
        try:
            count, last = json.loads(self._path.read_text("ascii"))
            return int(count), float(last)
        except (OSError, ValueError, TypeError):
            return 0, 0.0
