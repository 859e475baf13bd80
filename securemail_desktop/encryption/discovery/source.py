"""What every source of keys has in common: it is asked for one address and gives bytes that nobody has looked at yet."""

from dataclasses import dataclass
from typing import Protocol

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

LARGEST = 1024 * 1024  # octets of one answer
MOST = 8  # certificates or keys of one answer that are looked at


@dataclass(frozen=True, slots=True)
class Found:
    """One certificate (DER) or the OpenPGP keys of one block (binary or armoured), as a source gave it."""

    method: Method
    content: bytes


class Source(Protocol):
    """Somebody who may know a recipient's keys."""

    @property
    def origin(self) -> Origin:
        """Return what kind of source it is."""
        ...

    @property
    def whom(self) -> str:
        """Return who is asked, in words that follow "asked": "the directory ldap.hospital.example"."""
        ...

    def look_up(self, address: Address) -> tuple[Found, ...]:
        """Return what is there for the address, empty where nothing is. Blocks, for some seconds at most. Raise `LookUpFailed`."""
        ...
