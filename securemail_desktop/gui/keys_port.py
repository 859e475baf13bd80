"""What the window needs of the key ring; `session.keys.Keys` implements it. Everything may take a moment: call it in a lane."""

from collections.abc import Sequence
from typing import Protocol

from securemail_desktop.message.address import Address
from securemail_desktop.session.keys import KeyView
from securemail_desktop.session.recovery import Kept


class KeysPort(Protocol):
    """The keys and certificates of this machine."""

    def all(self) -> tuple[KeyView, ...]:
        """Return all keys: own ones, those of correspondents, authorities."""
        ...

    def kept(self) -> Kept:
        """Bring up to date what is kept of own keys for the organisation, and return it."""
        ...

    def import_file(self, content: bytes, password: str) -> tuple[KeyView, ...]:
        """Take in the keys of a file, none of them accepted."""
        ...

    def create(self, address: Address) -> KeyView:
        """Make an OpenPGP key for an own address."""
        ...

    def request(self, address: Address) -> bytes:
        """Return the request for a certificate for an own address."""
        ...

    def public(self, key: str) -> bytes:
        """Return a key as others need it."""
        ...

    def backup(self, key: str, password: str) -> bytes:
        """Return an own key with its private part under a password."""
        ...

    def accept(self, key: str) -> None:
        """Use a key whose fingerprint the user compared with its owner."""
        ...

    def cannot_open(self, key: str) -> bool:
        """Note that its owner cannot open what goes to a key; say whether another way is used from now on, or an older form of the same one."""
        ...

    def discover(self, addresses: Sequence[Address]) -> bool:
        """Ask others for the keys of recipients; say whether anything new is known now. It may take some seconds."""
        ...

    def confirm(self) -> bool:
        """Ask authorities whether certificates are still good; say whether anything new is known now. It may take some seconds each."""
        ...

    def give_up(self, key: str) -> None:
        """Never use a key for new mail again."""
        ...
