"""Accounts set up in memory: what is found and what is wrong are what a test says; the accounts are those of the fake session."""

from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from securemail_desktop.accounts.offer import Proposal
from securemail_desktop.accounts.settings import Account
from securemail_desktop.message.address import Address


class Holder(Protocol):
    """Whoever has the accounts."""

    accounts: tuple[Account, ...]


@dataclass
class FakeSetup:
    """Implements `AccountsPort`. `passwords` by account; `gate` is waited for by `find` and `check`; `error` is raised by what would be kept."""

    holder: Holder
    notice: str = ""
    proposal: Proposal = field(default_factory=Proposal)
    troubles: tuple[str, ...] = ()
    error: Exception | None = None
    passwords: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    gate: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def find(self, address: Address) -> Proposal:
        self.calls.append(f"find {address.spec}")
        self.gate.wait(10)
        return self.proposal

    def check(self, account: Account, password: str | None) -> tuple[str, ...]:
        self.calls.append(f"check {account.name}")
        self.gate.wait(10)
        return self.troubles

    def add(self, account: Account, password: str) -> None:
        self.calls.append(f"add {account.name}")
        self._fail()
        self.holder.accounts = (*self.holder.accounts, account)
        self.passwords[account.name] = password

    def change(self, account: Account, password: str | None) -> None:
        self.calls.append(f"change {account.name}")
        self._fail()
        self.holder.accounts = tuple(account if other.name == account.name else other for other in self.holder.accounts)
        if password is not None:
            self.passwords[account.name] = password

    def make_default(self, name: str) -> None:
        self.calls.append(f"make_default {name}")
        self._fail()
        self.holder.accounts = tuple(sorted(self.holder.accounts, key=lambda account: account.name != name))

    def remove(self, name: str) -> None:
        self.calls.append(f"remove {name}")
        self._fail()
        self.holder.accounts = tuple(account for account in self.holder.accounts if account.name != name)
        self.passwords.pop(name, None)

    def interrupt(self) -> None:
        self.calls.append("interrupt")
        self.gate.set()

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
