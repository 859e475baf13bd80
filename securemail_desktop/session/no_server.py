"""What stands in for the servers of an account that is not there any more: what waits for it can be settled, recorded and given up without them."""

from collections.abc import Callable

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.accounts.protocol import Envelope, Found, Outcome, Submitted


class NoServer:
    """A `Submission` and `SentFolder` that reaches nobody; `reason` says why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, one sentence."""
        self._reason = reason

    def submit(self, message: bytes, envelope: Envelope, committing: Callable[[], None]) -> tuple[Outcome, ...]:
        """Put everything off."""
        del message, committing
        return tuple(Outcome(recipient, Submitted.DEFERRED, 0, self._reason, reached=False) for recipient in envelope.recipients)

    def find(self, message_id: str) -> Found:
        """Return UNTOLD."""
        del message_id
        return Found.UNTOLD

    def holds(self, message_id: str) -> bool:
        """Raise `Unreachable`."""
        del message_id
        raise Unreachable(self._reason)

    def file(self, message: bytes) -> None:
        """Raise `Unreachable`."""
        del message
        raise Unreachable(self._reason)

    def interrupt(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
