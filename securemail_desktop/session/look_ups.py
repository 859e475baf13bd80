"""Look-ups of recipients' keys over the open store, for the window's background and the command line. Never called on the way of a message."""

from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Event
from typing import Protocol

from securemail_desktop.encryption.discovery.answer import Answer, Memory, Outcome
from securemail_desktop.encryption.discovery.looking_up import look_up
from securemail_desktop.encryption.discovery.promising import ask_for_promises
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Promise, Promises
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.standing import Mode
from securemail_desktop.message.address import Address
from securemail_desktop.policy.model import Policy
from securemail_desktop.session.directory_lists import DirectoryLists
from securemail_desktop.store.vault import Vault


class Open(Protocol):
    """The open store; what is asked of it under a lock raises `StoreClosed`."""

    @property
    def ring(self) -> KeyRing:
        """Return the key ring."""
        ...

    @property
    def vault(self) -> Vault:
        """Return where answers are kept."""
        ...

    @property
    def policy(self) -> Policy:
        """Return the policy in force."""
        ...

    @property
    def lists(self) -> DirectoryLists:
        """Return what directories told of the organisation's lists."""
        ...

    def take_lists(self) -> None:
        """Count with what is kept of lists from now on."""
        ...


class LookUps:
    """Asks whom the policy lets it ask."""

    def __init__(self, opened: Open, now: Callable[[], datetime]) -> None:
        """Keep the open store and the clock; ask nobody yet."""
        self._opened, self._now = opened, now
        self._stopped = Event()

    def ask(self, address: Address, *, anew: bool = True) -> tuple[Answer, ...]:
        """Return what each source said of an address, now or within the last day, the worthiest first. Blocks. Raise `StoreError`."""
        from securemail_desktop.session.key_sources import in_order, plan  # noqa: PLC0415 - LDAP and DNS take time that no start should wait for

        opened, now = self._opened, self._now()
        chosen = plan(address, opened.policy.keys, opened.policy.inside)
        said = look_up(address, chosen.sources, opened.ring, Memory(opened.vault), now, self._wanted, anew=anew)
        return in_order([*said, *(Answer(origin, Outcome.OFF, why, (), now) for origin, why in chosen.off)])

    def promises(self, address: Address, *, anew: bool = True) -> tuple[Promise, ...]:
        """Return what the address's domain promises of the way to it, asked now or within the last day. Blocks. Raise `StoreError`."""
        from securemail_desktop.session.key_sources import promise_sources  # noqa: PLC0415 - as above

        policy = self._opened.policy
        sources = promise_sources(address, policy.tls, policy.inside_for(address.key))
        memory = Promises(self._opened.vault)
        return ask_for_promises(address.domain, sources, memory, self._now(), self._wanted, anew=anew) if sources else ()

    def news(self, addresses: Iterable[Address]) -> bool:
        """Ask for recipients while they are typed: keys, whether certificates are still good, what domains promise; say whether there is news.

        Blocks. Raise `StoreError`.
        """
        self._stopped.clear()
        ring = self._opened.ring
        known, asked = ring.records(), tuple(addresses)
        for address in asked:
            self.ask(address, anew=False)
        confirmed = self._confirm(record for address in asked for record in ring.records_of(address))
        promised = [self._promised_news(address) for address in asked if self._wanted()]
        listed = [self._list_news(address) for address in asked if self._wanted()]
        return ring.records() != known or confirmed or any(promised) or any(listed)

    def _list_news(self, address: Address) -> bool:
        """Ask the organisation's directory whether an address of its own is read outside; say whether that is news."""
        opened, now = self._opened, self._now()
        url = dict(opened.policy.keys.directories).get(address.domain, "")
        if not url or address.domain not in opened.policy.inside or opened.lists.is_fresh(address.key, now):
            return False
        from securemail_desktop.encryption.discovery.directory import directory  # noqa: PLC0415 - as above
        from securemail_desktop.encryption.discovery.members import members_of  # noqa: PLC0415 - as above

        try:
            members = members_of(address, directory(url))
        except LookUpFailed:
            return False
        outside = [member.spec for member in members.addresses if member.domain not in opened.policy.inside]
        if not members.whole:  # whom nobody looked at may still be outside
            outside = [*dict.fromkeys([*outside, *opened.lists.open_lists().get(address.key, ())])]
        news = opened.lists.keep(address.key, outside, now)
        if news:
            opened.take_lists()
        return news

    def _promised_news(self, address: Address) -> bool:
        now, memory = self._now(), Promises(self._opened.vault)
        before = {promise.kind for promise in memory.of(address.domain) if promise.holds(now)}
        return before != {promise.kind for promise in self.promises(address, anew=False) if promise.holds(now)}

    def confirm(self) -> bool:
        """Ask whether certificates of the ring are still good, those of which nothing fresh is known; for idle time. Raise `StoreError`."""
        self._stopped.clear()
        return self._confirm(self._opened.ring.records())

    def _confirm(self, records: Iterable[KeyRecord]) -> bool:
        ring, now = self._opened.ring, self._now()
        if self._opened.policy.keys.revocation is Mode.OFF:
            return False
        from securemail_desktop.encryption.revocation.checking import check  # noqa: PLC0415 - as below
        from securemail_desktop.encryption.revocation.fetching import Fetcher  # noqa: PLC0415 - HTTP takes time that no start should wait for

        wanted = (r for r in records if r.method is Method.SMIME and r.role is not Role.AUTHORITY and not r.refused)
        return check((ring.certificate(r.key) for r in wanted), ring, Fetcher(), now, self._wanted)

    def _wanted(self) -> bool:
        return not self._stopped.is_set()

    def stop(self) -> None:
        """Ask no further source, from any thread."""
        self._stopped.set()
