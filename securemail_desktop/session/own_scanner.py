"""Scans in this program what its scanning process does not; the detectors are loaded for the first text, which no start waits for."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from securemail_desktop.phi.finding import Scan
from securemail_desktop.phi.patient_list import NOBODY, PatientList

if TYPE_CHECKING:
    from securemail_desktop.phi.scan import Scanner


class OwnScanner:
    """A `phi.scan.Scanner` that is made when it is first needed; from any thread."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._making = Lock()
        self._made: Scanner | None = None
        self._patients = NOBODY

    def know(self, patients: PatientList) -> None:
        """Find these patients, too, from now on."""
        with self._making:
            self._patients = patients
            if self._made is not None:
                self._made.know(patients)

    def scan(self, fields: Sequence[tuple[str, str]]) -> Scan:
        """Return what `phi.scan.scan` returns."""
        return self._scanner().scan(fields)

    def _scanner(self) -> "Scanner":
        from securemail_desktop.phi.scan import Scanner  # noqa: PLC0415 - see above

        with self._making:
            if self._made is None:
                self._made = Scanner()
                self._made.know(self._patients)
            return self._made
