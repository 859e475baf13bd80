"""What the window needs to set accounts up; `session.account_setup.AccountSetup` implements it. All but `notice` may block."""

from typing import Protocol

from securemail_desktop.accounts.offer import Proposal
from securemail_desktop.accounts.settings import Account
from securemail_desktop.message.address import Address


class AccountsPort(Protocol):
    """The user's accounts."""

    @property
    def notice(self) -> str:
        """Return why the list of accounts cannot be read, or an empty text."""
        ...

    def find(self, address: Address) -> Proposal:
        """Return what can be found about the servers of an address; nothing is signed in to."""
        ...

    def check(self, account: Account, password: str | None) -> tuple[str, ...]:
        """Sign in to the account's servers, with the kept password for None; return what is wrong, a sentence for each server."""
        ...

    def add(self, account: Account, password: str) -> None:
        """Add an account as the last one."""
        ...

    def change(self, account: Account, password: str | None) -> None:
        """Put an account in the place of the one of its name; None keeps the password."""
        ...

    def make_default(self, name: str) -> None:
        """Write from this account where nothing else is chosen."""
        ...

    def remove(self, name: str) -> None:
        """Forget an account, its password and what is kept of its mailbox here; not while messages of it wait in the outbox."""
        ...

    def interrupt(self) -> None:
        """End what is being looked for or tried, from any thread."""
        ...
