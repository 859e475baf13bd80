"""Errors of detection; the text of each is one sentence for people and quotes nothing.

PhiError
├── NotScanned           nobody knows whether the text holds patient data: nothing goes out
├── Outdated             the scan was given up, because the text has changed meanwhile
└── PatientListError
    ├── PatientListBroken    a list that was kept cannot be read
    └── PatientListRefused   a list that was given is none, or has too many lines that say nothing
"""


class PhiError(Exception):
    """Anything that keeps detection from a verdict; its text is safe to show and log."""


class NotScanned(PhiError):
    """Nobody knows whether the text holds patient data: nothing goes out."""


class Outdated(PhiError):
    """The scan was given up, because the text has changed meanwhile."""


class PatientListError(PhiError):
    """A patient list cannot be taken or read."""


class PatientListBroken(PatientListError):
    """A list that was kept cannot be read."""

    def __init__(self) -> None:
        """Say the way out."""
        super().__init__(
            "The patient list on this device is damaged and not used: your IT imports it again with `securemail patients import`."
        )


class PatientListRefused(PatientListError):
    """A list that was given is none, or has too many lines that say nothing."""
