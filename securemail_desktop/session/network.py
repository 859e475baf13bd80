"""Opens the network sessions of accounts and of the central store, and interrupts what is under way from any thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.open import open_mailbox, open_submission
from securemail_desktop.accounts.protocol import Mailbox, Submission
from securemail_desktop.accounts.settings import Account
from securemail_desktop.audit.device import ReadSecrets
from securemail_desktop.audit.enrol import open_central
from securemail_desktop.central.client import CentralClient
from securemail_desktop.central.enrolment import Enrolment

PASSWORD = "password"  # noqa: S105 - a kind of secret, not one
_CENTRAL_SECONDS = 30.0
Line = TypeVar("Line", Submission, Mailbox, CentralClient)


class Network:
    """The doors to servers; each is closed when its `with` block ends, at once where it ends with an error."""

    def __init__(self, secrets: ReadSecrets, timeouts: Timeouts) -> None:
        """Keep where passwords lie and how long servers may take."""
        self._secrets = secrets
        self._timeouts = timeouts
        self._busy: set[Submission | Mailbox | CentralClient] = set()

    def use(self, secrets: ReadSecrets) -> None:
        """Take passwords from elsewhere from now on."""
        self._secrets = secrets

    @contextmanager
    def submission(self, account: Account) -> Iterator[Submission]:
        """Give the account's submission server."""
        with self.open(open_submission(account, self._password(account), self._timeouts)) as submission:
            yield submission

    @contextmanager
    def mailbox(self, account: Account) -> Iterator[Mailbox | None]:
        """Give the account's mailbox, None where it has none."""
        if account.mailbox is None:
            yield None
            return
        with self.open(open_mailbox(account, self._password(account), self._timeouts)) as mailbox:
            yield mailbox

    @contextmanager
    def central(self, enrolment: Enrolment) -> Iterator[CentralClient]:
        """Give the central store where this device is enrolled."""
        with self.open(open_central(enrolment, self._secrets, min(self._timeouts.reply, _CENTRAL_SECONDS))) as client:
            yield client

    @contextmanager
    def open(self, line: Line) -> Iterator[Line]:
        """Keep a session interruptible while it is used."""
        self._busy.add(line)
        try:
            yield line
        except BaseException:
            line.interrupt()  # or a polite end would wait for a server that hangs
            raise
        finally:
            self._busy.discard(line)
            line.close()

    def interrupt(self) -> None:
        """End what is under way, from any thread."""
        for line in tuple(self._busy):
            line.interrupt()

    def _password(self, account: Account) -> str:
        return (self._secrets.get(PASSWORD, account.name) or b"").decode("utf-8")
