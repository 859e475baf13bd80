"""The list of accounts and their passwords in the encrypted store: one step changes both, so that no account is without its password."""

from collections.abc import Sequence

from securemail_desktop.accounts.errors import NotChanged, SettingsBroken
from securemail_desktop.accounts.settings import Account, accounts_document, read_accounts
from securemail_desktop.session.network import PASSWORD
from securemail_desktop.store.database import Database
from securemail_desktop.store.folders import FolderTable
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault

_NAME = "accounts"


class AccountBook:
    """Adds, changes and removes; whoever has the accounts open reads them anew afterwards."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._db, self._settings, self._vault = database, Settings(database), Vault(database)

    def all(self) -> tuple[Account, ...]:
        """Return the accounts, the default one first; raise `SettingsBroken`."""
        return read_accounts(self._settings.get(_NAME))

    def password(self, name: str) -> str:
        """Return the kept password of an account, empty where none is kept."""
        return (self._vault.get(PASSWORD, name) or b"").decode()

    def add(self, account: Account, password: str) -> None:
        """Add an account as the last one; raise `NotChanged` where its name is taken. A list that cannot be read is begun anew.

        Without that nobody whose list is damaged could ever add an account again.
        """
        with self._db.transaction():
            try:
                known = self.all()
            except SettingsBroken:
                known = ()
            if any(other.name == account.name for other in known):
                raise NotChanged(f"There is an account {account.name} already: change that one, or remove it first.")
            self._put((*known, account))
            self._vault.put(PASSWORD, account.name, password.encode())

    def change(self, account: Account, password: str | None) -> None:
        """Put an account in the place of the one of its name, None keeps the password; raise `NotChanged` where there is none.

        What is known of a mailbox that the account no longer reads goes: its numbers could mean other messages there.
        """
        with self._db.transaction():
            known = self.all()
            former = self._named(account.name, known)
            self._put([account if other.name == account.name else other for other in known])
            if password is not None:
                self._vault.put(PASSWORD, account.name, password.encode())
            if _box(former) != _box(account):
                FolderTable(self._db).keep_accounts([other.name for other in known if other.name != account.name])

    def make_default(self, name: str) -> None:
        """Put an account before all others; raise `NotChanged` where there is none of the name."""
        with self._db.transaction():
            known = self.all()
            chosen = self._named(name, known)
            self._put([chosen, *(account for account in known if account.name != name)])

    def remove(self, name: str) -> None:
        """Forget an account, its password and what is kept of its mailbox here; raise `NotChanged` where there is none."""
        with self._db.transaction():
            known = self.all()
            self._named(name, known)
            left = [account for account in known if account.name != name]
            self._put(left)
            self._vault.remove(PASSWORD, name)
            FolderTable(self._db).keep_accounts([account.name for account in left])

    def _named(self, name: str, accounts: Sequence[Account]) -> Account:
        found = next((account for account in accounts if account.name == name), None)
        if found is None:
            known = ", ".join(account.name for account in accounts)
            raise NotChanged(f"There is no account {name or 'without a name'}: {f'known are {known}' if known else 'there is none yet'}.")
        return found

    def _put(self, accounts: Sequence[Account]) -> None:
        self._settings.put(_NAME, accounts_document(accounts))


def _box(account: Account) -> tuple[str, str]:
    return (account.mailbox.host, account.mailbox.user) if account.mailbox else ("", "")
