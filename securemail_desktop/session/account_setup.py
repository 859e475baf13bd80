"""The user's accounts as a person sets them up: found by an address, tried at the servers, added, changed, removed. Safe to use from any thread.

A password that one server refuses is not shown to the other one as well: each wrong try counts towards a locked account.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Protocol, TypeVar

from securemail_desktop.accounts.errors import AccountError, NotChanged, SignInRefused
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.offer import Proposal
from securemail_desktop.accounts.open import PATIENT, open_checks
from securemail_desktop.accounts.settings import Account
from securemail_desktop.message.address import Address
from securemail_desktop.session.account_book import AccountBook
from securemail_desktop.session.opened import NONE_YET, Opened
from securemail_desktop.session.queue import Queue


class Interruptible(Protocol):
    """What can be ended."""

    def interrupt(self) -> None:
        """End what is under way, from any thread."""
        ...


Work = TypeVar("Work", bound=Interruptible)


class AccountSetup:
    """Implements the window's `AccountsPort`."""

    def __init__(self, opened: Opened, queue: Queue, timeouts: Timeouts = PATIENT) -> None:
        """Keep where accounts and waiting messages lie, and how long servers may take."""
        self._opened, self._queue, self._timeouts = opened, queue, timeouts
        self._book = AccountBook(opened.database)
        self._guard = Lock()
        self._busy: set[Interruptible] = set()

    @property
    def notice(self) -> str:
        """Return why the list of accounts cannot be read, or an empty text."""
        return self._opened.account_notice if self._opened.account_notice != NONE_YET else ""

    def find(self, address: Address) -> Proposal:
        """Return what can be found about the servers of an address; nothing is signed in to. Blocks, for half a minute at most."""
        from securemail_desktop.accounts.autoconfig import Autoconfig  # noqa: PLC0415 - DNS and HTTP take time that no start should wait for

        with self._interruptible(Autoconfig()) as search:
            return search.find(address)

    def check(self, account: Account, password: str | None) -> tuple[str, ...]:
        """Sign in to the account's servers, with the kept password for None; return what is wrong, a sentence for each server. Blocks."""
        troubles: list[str] = []
        known = self._book.password(account.name) if password is None else password
        for _, server in reversed(open_checks(account, known, self._timeouts)):
            try:
                with self._interruptible(server):
                    for _hop in server.check():
                        pass
            except AccountError as error:
                troubles.append(str(error))
                if isinstance(error, SignInRefused):
                    break
        return tuple(troubles)

    def add(self, account: Account, password: str) -> None:
        """Add an account as the last one; raise `NotChanged`, `StoreError`."""
        self._book.add(account, password)
        self._opened.refresh()

    def change(self, account: Account, password: str | None) -> None:
        """Put an account in the place of the one of its name, None keeps the password; raise `NotChanged`, `StoreError`."""
        self._book.change(account, password)
        self._begin_anew()

    def make_default(self, name: str) -> None:
        """Write from this account where nothing else is chosen; raise `NotChanged`, `StoreError`."""
        self._book.make_default(name)
        self._opened.refresh()

    def remove(self, name: str) -> None:
        """Forget an account, its password and what is kept of its mailbox here; raise `NotChanged`, also while messages of it wait, `StoreError`."""
        with self._queue.lock:
            self._refuse_waiting(name)
            self._book.remove(name)
        self._begin_anew()

    def interrupt(self) -> None:
        """End what is being looked for or tried, from any thread."""
        with self._guard:
            for each in self._busy:
                each.interrupt()

    def _begin_anew(self) -> None:
        self._opened.refresh()
        self._queue.network.close()  # nobody stays signed in as before

    def _refuse_waiting(self, name: str) -> None:
        accounts = self._book.all()
        keys = {account.address.key for account in accounts if account.name == name}
        keys -= {account.address.key for account in accounts if account.name != name}  # another account of the address sends them
        waiting = sum(entry.sender in keys for i in self._queue.table.ids() if (entry := self._queue.table.get(i)))
        if waiting:
            noun = "A message" if waiting == 1 else f"{waiting} messages"
            verb = "waits" if waiting == 1 else "wait"
            raise NotChanged(f"{noun} of this account {verb} in the outbox: send or discard what is there, then remove the account.")

    @contextmanager
    def _interruptible(self, work: Work) -> Iterator[Work]:
        with self._guard:
            self._busy.add(work)
        try:
            yield work
        finally:
            with self._guard:
                self._busy.discard(work)
