"""Keys in headers of mail: `Autocrypt` of its author, `Autocrypt-Gossip` of the others it went to (Autocrypt Level 1, 1.1).

Rules: one valid header, of the one address in From; nothing of reports; gossip only from inside of an encryption and only of addresses in To and Cc.
Nobody vouches for what a header says.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError

FIELD, GOSSIP = "Autocrypt", "Autocrypt-Gossip"
_LARGEST = 64 * 1024  # characters of one header; a key without others' signatures has a few thousand
_MOST = 20
_KNOWN = frozenset({"addr", "prefer-encrypt", "keydata"})
_SPACE = re.compile(r"\s+")
_LINE = 70


@dataclass(frozen=True, slots=True)
class Announced:
    """What one header says: whose key (`Address`), whether he asks for protected mail, and the key in binary form."""

    address: Address
    wants: bool
    keydata: bytes


def announced(headers: Message, senders: Sequence[str]) -> Announced | None:
    """Return the author's own header; `senders` are the `Address.key`s of From. None where there is not exactly one that is valid."""
    found = [each for each in _read(headers, FIELD) if len(senders) == 1 and each.address.key == senders[0]]
    return found[0] if len(found) == 1 and headers.get_content_type() != "multipart/report" else None


def gossiped(headers: Message, named: Collection[str]) -> tuple[Announced, ...]:
    """Return the keys of others that the headers of a decrypted payload tell; `named` are the `Address.key`s of To and Cc."""
    return tuple(each for each in _read(headers, GOSSIP) if each.address.key in named)


def field_value(address: Address, keydata: bytes, *, wants: bool = False) -> str:
    """Return the value of a header, in words that can be folded."""
    text = b64encode(keydata).decode("ascii")
    lines = " ".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
    return f"addr={address.spec}; {'prefer-encrypt=mutual; ' if wants else ''}keydata= {lines}"


def _read(headers: Message, name: str) -> Iterator[Announced]:
    for value in headers.get_all(name, ())[:_MOST]:
        if len(str(value)) <= _LARGEST and (found := _parsed(str(value))) is not None:
            yield found


def _parsed(value: str) -> Announced | None:
    """Return what a value says; None where it is not valid, which an unknown attribute makes it unless its name begins with `_`."""
    pairs = [part.partition("=") for part in value.split(";") if part.strip()]
    attributes = {name.strip().lower(): text.strip() for name, _, text in pairs}
    if len(attributes) != len(pairs) or any(name not in _KNOWN and not name.startswith("_") for name in attributes):
        return None
    try:
        address = parse_address(attributes["addr"])
        keydata = b64decode(_SPACE.sub("", attributes["keydata"]), validate=True)
    except (KeyError, AddressError, NotBase64, ValueError):
        return None
    return Announced(address, attributes.get("prefer-encrypt") == "mutual", keydata) if keydata else None
