"""Who gets what is sent to a list, as a directory says.

Members by name (RFC 4519 `member`, `uniqueMember`, as Active Directory has them too) and by address (`rfc822MailMember`, `mgrpRFC822MailMember`);
`targetAddress` is where Exchange forwards the mail of a contact, `proxyAddresses` what else it takes mail for. A list may
have lists among its members. All of it is bounded.
"""

import ssl
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ldap3.utils.conv import escape_filter_chars

from securemail_desktop.encryption.discovery.directory import Asking, Directory, Entry, asking, values
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError

MOST = 500  # entries that are looked at
_SECONDS = 10.0  # for all of them
_FEW = 8  # entries of one address
_BY_NAME = ("member", "uniqueMember")
_BY_ADDRESS = ("rfc822MailMember", "mgrpRFC822MailMember")
_ASKED = ("mail", "targetAddress", *_BY_NAME, *_BY_ADDRESS)


@dataclass(frozen=True, slots=True)
class Members:
    """Addresses, each once; empty for what is no list. Not `whole` when there were too many to look at."""

    addresses: tuple[Address, ...] = ()
    whole: bool = True


def members_of(address: Address, place: Directory, context: ssl.SSLContext | None = None) -> Members:
    """Return the members of a list, those of the lists in it too. Blocks, for some seconds; raise `LookUpFailed`."""
    with asking(place, context) as directory:
        return _Walk(directory, address).members()


class _Walk:
    """Goes from a list to its members: every name and every address of the list's own domain is looked at once."""

    def __init__(self, directory: Asking, address: Address) -> None:
        self._directory, self._list = directory, address
        self._found: dict[str, Address] = {}
        self._seen: set[str] = set()
        self._waiting: deque[tuple[str, Address | None]] = deque()

    def members(self) -> Members:
        end, looked = time.monotonic() + _SECONDS, 0
        self._wait("", self._list)
        while self._waiting and looked < MOST and time.monotonic() < end:
            looked += 1
            self._look(*self._waiting.popleft())
        self._found.pop(self._list.key, None)
        return Members(tuple(self._found.values()), not self._waiting)

    def _look(self, name: str, address: Address | None) -> None:
        entries = self._entries(name, address)
        lists = [entry for entry in entries if any(values(entry, kind) for kind in (*_BY_NAME, *_BY_ADDRESS))]
        for entry in lists:
            for kind in _BY_NAME:
                for member in values(entry, kind):
                    self._wait(member.decode("utf-8", "replace"), None)
            for found in _addresses(entry, *_BY_ADDRESS):
                self._take(found)
        if not lists and address is not None:
            self._found[address.key] = address
        for entry in entries if not lists else ():
            for found in _addresses(entry, "targetAddress") or _addresses(entry, "mail"):
                self._found.setdefault(found.key, found)

    def _entries(self, name: str, address: Address | None) -> tuple[Entry, ...]:
        if address is None:
            return self._directory.at(name, _ASKED)
        wanted = escape_filter_chars(address.spec)
        return self._directory.below(f"(|(mail={wanted})(proxyAddresses=smtp:{wanted}))", _ASKED, _FEW)

    def _take(self, member: Address) -> None:
        """Look at a member that may be a list as well; an address elsewhere is none that this directory knows."""
        if member.domain == self._list.domain:
            self._wait("", member)
        else:
            self._found.setdefault(member.key, member)

    def _wait(self, name: str, address: Address | None) -> None:
        known = address.key if address is not None else name.casefold()
        if known not in self._seen:
            self._seen.add(known)
            self._waiting.append((name, address))


def _addresses(entry: Entry, *kinds: str) -> list[Address]:
    return [address for kind in kinds for value in values(entry, kind) for address in _address(value)]


def _address(value: bytes) -> Iterator[Address]:
    text = value.decode("utf-8", "replace").strip()
    try:
        yield parse_address(text[5:] if text[:5].lower() == "smtp:" else text)
    except AddressError:
        return
