"""Opens the network sessions of accounts and of the central store, and interrupts what is under way from any thread."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeVar

from securemail_desktop.accounts.errors import AccountError, SignInRefused
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.open import open_mailbox, open_submission
from securemail_desktop.accounts.protocol import Mailbox, Submission
from securemail_desktop.accounts.settings import Account
from securemail_desktop.audit.device import ReadSecrets
from securemail_desktop.audit.enrol import open_central
from securemail_desktop.central.enrolment import Enrolment

if TYPE_CHECKING:
    from securemail_desktop.central.client import CentralClient

PASSWORD = "password"  # noqa: S105 - a kind of secret, not one
_CENTRAL_SECONDS = 30.0
_PROMPTLY = 5.0  # seconds
Place = tuple[str, str]  # account and purpose


class Interruptible(Protocol):
    """A session with a server."""

    def interrupt(self) -> None:
        """End what is under way, from any thread."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


Line = TypeVar("Line", bound=Interruptible)


class Network:
    """The doors to servers; each is closed when its `with` block ends, at once where it ends with an error."""

    def __init__(self, secrets: ReadSecrets, timeouts: Timeouts) -> None:
        """Keep where passwords lie and how long servers may take."""
        self._secrets = secrets
        self._timeouts = timeouts
        self._busy: set[Interruptible] = set()
        self._standing: dict[Place, tuple[Account, Mailbox]] = {}
        self._turns: defaultdict[Place, Lock] = defaultdict(Lock)

    def use(self, secrets: ReadSecrets) -> None:
        """Take passwords from elsewhere from now on; sessions with the former ones end."""
        self._secrets = secrets
        self.close()

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
    def standing(self, account: Account, purpose: str) -> Iterator[Mailbox]:
        """Give a session with the account's mailbox that stays open for the next caller with the same purpose; one at a time has it.

        Raise `SettingsBroken`.
        """
        place = (account.name, purpose)
        with self._turns[place]:
            mailbox = self._kept(account, place)
            self._busy.add(mailbox)
            try:
                yield mailbox
            except BaseException as error:
                # after a refusal the next try takes the password anew; after what is not the server's fault an answer may be half read
                if isinstance(error, SignInRefused) or not isinstance(error, AccountError):
                    self._let_go(place)
                raise
            finally:
                self._busy.discard(mailbox)

    @contextmanager
    def central(self, enrolment: Enrolment) -> "Iterator[CentralClient]":
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

    def close(self) -> None:
        """End the standing sessions without waiting for their servers: nobody stays signed in."""
        for place, (_, mailbox) in tuple(self._standing.items()):
            mailbox.interrupt()
            turn = self._turns[place]
            if turn.acquire(timeout=_PROMPTLY):  # whoever has it is on his way out
                self._let_go(place)
                turn.release()

    def _kept(self, account: Account, place: Place) -> Mailbox:
        known, mailbox = self._standing.get(place, (None, None))
        if mailbox is not None and known == account:
            return mailbox
        self._let_go(place)
        opened = open_mailbox(account, self._password(account), self._timeouts)
        self._standing[place] = (account, opened)
        return opened

    def _let_go(self, place: Place) -> None:
        _, mailbox = self._standing.pop(place, (None, None))
        if mailbox is not None:
            mailbox.interrupt()
            mailbox.close()

    def _password(self, account: Account) -> str:
        return (self._secrets.get(PASSWORD, account.name) or b"").decode("utf-8")
