"""Look-ups of recipients' keys over the open store, for the window's background and the command line. Never called on the way of a message."""

from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Event
from typing import Protocol

from securemail_desktop.encryption.discovery.answer import Answer, Memory, Outcome
from securemail_desktop.encryption.discovery.looking_up import look_up
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address
from securemail_desktop.policy.model import Policy
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

    def news(self, addresses: Iterable[Address]) -> bool:
        """Ask for recipients while they are typed; say whether anything new is known of one now. Blocks. Raise `StoreError`."""
        self._stopped.clear()
        known = self._opened.ring.records()
        for address in addresses:
            self.ask(address, anew=False)
        return self._opened.ring.records() != known

    def _wanted(self) -> bool:
        return not self._stopped.is_set()

    def stop(self) -> None:
        """Ask no further source, from any thread."""
        self._stopped.set()
