"""What the server answers when it says no, and what keeps it from starting.

ServerError
├── Denied         a call is refused: HTTP status and the `Refusal` of the wire format
└── NotReady       the server cannot start: text for the administrator with the way out
"""

from securemail_desktop.central.record import Problem
from securemail_desktop.central.wire import Refusal


class ServerError(Exception):
    """Anything the server refuses."""


class Denied(ServerError):
    """A call is refused; nothing of it was kept unless the text says so."""

    def __init__(self, status: int, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.status = status
        self.refusal = refusal


class NotReady(ServerError):
    """The server cannot start."""


_STATUS = {
    Problem.UNKNOWN_INVITATION: 403,
    Problem.NOT_ENROLLED: 401,
    Problem.FOREIGN: 403,
    Problem.TOO_LARGE: 413,
    Problem.NO_SUCH_TREE: 404,
    Problem.GAP: 409,
    Problem.FORK: 409,
}


def denied(problem: Problem, detail: str, epoch: str = "", seq: int = 0, expected: int = 0) -> Denied:
    """Return the refusal of a call with the status that fits the problem."""
    return Denied(_STATUS.get(problem, 422), Refusal(problem=problem, detail=detail, epoch=epoch, seq=seq, expected=expected))
