"""Errors of detection; the text of each is one sentence for people and quotes nothing.

PhiError
├── NotScanned    nobody knows whether the text holds patient data: nothing goes out
└── Outdated      the scan was given up, because the text has changed meanwhile
"""


class PhiError(Exception):
    """Anything that keeps detection from a verdict; its text is safe to show and log."""


class NotScanned(PhiError):
    """Nobody knows whether the text holds patient data: nothing goes out."""


class Outdated(PhiError):
    """The scan was given up, because the text has changed meanwhile."""
