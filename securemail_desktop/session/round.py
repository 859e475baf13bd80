"""One go through the outbox: a server that was not reached, or refused the sign-in, is not asked once more for every message that waits.

A hundred messages would wait a hundred times for a server that hangs, and a changed password tried a hundred times locks the account.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace

from securemail_desktop.accounts.protocol import Envelope, Found, Outcome, Submission
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.message.address import Address
from securemail_desktop.message.errors import MessageError
from securemail_desktop.phi.errors import PhiError
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.errors import SendingError
from securemail_desktop.sending.outbox import hold
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.session.errors import NoAccount

Way = Callable[[str], AbstractContextManager[Channel]]


def go_through(entries: Iterable[str], way_of: Way, apart: Way, *, at_once: bool) -> None:
    """Go on with each entry; one whose account is gone waits for its author. Raise `StoreError`, `JournalError`.

    `way_of` gives the way out of an entry, `apart` a way on which nothing is handed over, for the reason that it is given.
    """
    this = Round()
    for entry_id in entries:
        try:
            with way_of(entry_id) as way:
                transmit(entry_id, this.way(way), force=at_once, reviewed=this.is_away(way.sender))
        except NoAccount as error:
            with apart(str(error)) as way:
                hold(entry_id, str(error), way)
        except (EncryptionError, SendingError, MessageError, PhiError):
            continue  # its keys were removed; the entry stays where its author sees it


class Round:
    """What this go has learned of each sender's server."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._away: dict[str, Outcome] = {}

    def is_away(self, sender: Address) -> bool:
        """Say whether nothing of this sender will be handed over any more."""
        return sender.key in self._away

    def way(self, channel: Channel) -> Channel:
        """Return the way out, with a server that answers for itself once it was not reached."""
        return replace(channel, submission=_Spared(channel.submission, self._away))


class _Spared:
    """A `Submission` that asks no server which could not be reached before."""

    def __init__(self, submission: Submission, away: dict[str, Outcome]) -> None:
        self._submission, self._away = submission, away

    def submit(self, message: bytes, envelope: Envelope, committing: Callable[[], None]) -> tuple[Outcome, ...]:
        known = self._away.get(envelope.sender.key)
        if known is not None:
            return tuple(replace(known, recipient=recipient) for recipient in envelope.recipients)
        outcomes = self._submission.submit(message, envelope, committing)
        away = next((outcome for outcome in outcomes if not outcome.reached), None)
        if away is not None:
            self._away[envelope.sender.key] = away
        return outcomes

    def find(self, message_id: str) -> Found:
        return self._submission.find(message_id)

    def interrupt(self) -> None:
        self._submission.interrupt()

    def close(self) -> None:
        self._submission.close()
