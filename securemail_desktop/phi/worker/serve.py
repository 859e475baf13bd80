"""The process that scans texts, from its start to its end: everything is loaded first, then the doors are closed, then it serves.

What it was asked is in its memory only, and goes with it.
"""

import signal
import sys
from collections.abc import Callable
from typing import IO

from securemail_desktop.message.text.worker.confine import Bounds, confine
from securemail_desktop.message.text.worker.frames import write_frame
from securemail_desktop.phi.errors import Outdated
from securemail_desktop.phi.finding import Scan
from securemail_desktop.phi.identifiers import phones
from securemail_desktop.phi.patient_list import PatientList
from securemail_desktop.phi.scan import Scanner, scan
from securemail_desktop.phi.worker import wire

BOUNDS = Bounds(3600, 4 * 1024 * 1024 * 1024)  # it lives as long as the program, which counts the time of each text
_FIRST = [("subject", ""), ("body", "Pt Maria Lopez, MRN 4711882, has pneumonia.")]  # opens the vocabulary and the weights


def run() -> int:
    """Serve on standard input and output until the input ends; return the exit code."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    load()
    scanner = Scanner()
    serve(questions, answers, scanner.scan, lambda octets: scanner.know(PatientList(octets)))
    return 0


def load() -> None:
    """Load everything, then give up for good what scanning does not need."""
    phones.load()
    scan(_FIRST)
    confine(BOUNDS)


def serve(questions: IO[bytes], answers: IO[bytes], find: Callable[[wire.Fields], Scan], know: Callable[[bytes], None]) -> None:
    """Say that it is ready, then answer each question until there is none; a signal gives the one up that is under way.

    `know` takes the organisation's patient list.

    An error ends it: then nobody knows, and nothing goes out.
    """
    gate = _Gate()
    if sys.platform != "win32":  # there a scan is always finished
        signal.signal(signal.SIGUSR1, gate)
    write_frame(answers, wire.READY)
    answers.flush()
    while (asked := wire.question(questions)) is not None:
        if isinstance(asked, bytes):
            know(asked)
            continue
        number, fields = asked
        found = gate.pass_through(find, fields)
        if found is None:
            wire.give_up(answers, number)
        else:
            wire.tell(answers, number, found)


class _Gate:
    """Lets the signal end a scan, and nothing else."""

    def __init__(self) -> None:
        self._open = False

    def __call__(self, *_: object) -> None:
        if self._open:
            self._open = False
            raise Outdated

    def pass_through(self, find: Callable[[wire.Fields], Scan], fields: wire.Fields) -> Scan | None:
        """Return what is found, None when the signal came before."""
        try:
            self._open = True
            found = find(fields)
            self._open = False
        except Outdated:
            return None
        return found
