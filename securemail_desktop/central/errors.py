"""Errors of the central store, as a device sees them; the text of each is one sentence for people.

CentralError
├── Away           no connection, a time-out, a busy server, an interrupted call: temporary, nothing is lost
├── NotTrusted     TLS is missing, too old, or the certificate is wrong: nothing was sent
├── Refused        the server said no for good; `problem` says why
└── NotProven      what the server says of its log does not hold: signature, consistency or inclusion
"""

from securemail_desktop.central.record import Problem


class CentralError(Exception):
    """Anything wrong with the central store; its text is safe to show and log."""


class Away(CentralError):
    """No connection, a time-out, a busy server, an interrupted call: temporary, nothing is lost."""


class NotTrusted(CentralError):
    """TLS is missing, too old, or the certificate is wrong: nothing was sent."""


class Refused(CentralError):
    """The server said no for good. `expected` is the next number it takes of the epoch, 0 where that is not the point."""

    def __init__(self, problem: Problem, detail: str, expected: int = 0) -> None:
        super().__init__(detail)
        self.problem = problem
        self.expected = expected


class NotProven(CentralError):
    """What the server says of its log does not hold: signature, consistency or inclusion."""
