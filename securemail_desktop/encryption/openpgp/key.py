"""OpenPGP keys as GnuPG lists them, and whether one may protect mail to an address.

Rules: not expired, revoked, disabled or invalid; a user id that is valid names the address; RSA, DSA and ElGamal have 2,048 bits or more; there is
a usable part for encryption. Expiry is judged here by the clock, as a list may be older than that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gnupg import ListKeys

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError

_SIZED = {"1", "2", "3", "16", "17"}  # RSA, ElGamal, DSA (RFC 4880, 9.1): their strength is their length
_CURVED = {"18", "19", "22", "25", "27"}  # ECDH, ECDSA, EdDSA, X25519, Ed25519
_BAD = {"e": "has expired", "r": "was revoked by its owner", "d": "is switched off", "i": "is not valid", "n": "is not valid"}


class Listing(ListKeys):  # type: ignore[misc]  # python-gnupg ships no types
    """Keeps the validity of each user id, which python-gnupg drops."""

    def uid(self, args: list[str]) -> None:
        """Take one `uid` line (GnuPG's DETAILS, field 2 is its validity)."""
        super().uid(args)
        self.curkey.setdefault("uid_validity", []).append(args[1])


@dataclass(frozen=True, slots=True)
class Part:
    """A primary key or subkey: `capabilities` are GnuPG's letters (e, s, c, a)."""

    trust: str
    algorithm: str
    bits: int
    capabilities: str
    expires: datetime | None

    def usable(self, now: datetime) -> bool:
        """Say whether the part is neither expired nor revoked."""
        return self.trust not in _BAD and not self.expired(now)

    def expired(self, now: datetime) -> bool:
        """Say whether its time is over."""
        return self.trust == "e" or (self.expires is not None and now >= self.expires)

    @property
    def strong(self) -> bool:
        """Say whether algorithm and size are good enough."""
        return self.algorithm in _CURVED or (self.algorithm in _SIZED and self.bits >= 2048)


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `addresses` are the `Address.key` of its valid user ids, or of all where the whole key is bad.

    `parts` are the primary key and then its subkeys.
    """

    fingerprint: str
    addresses: tuple[str, ...]
    parts: tuple[Part, ...]
    secret: bool

    @property
    def revoked(self) -> bool:
        """Say whether its owner took the whole key back."""
        return self.parts[0].trust == "r"


def keys_of(rows: Sequence[dict[str, Any]], secret: Collection[str]) -> tuple[Key, ...]:
    """Return the keys of a listing; `secret` are the fingerprints whose private part is here."""
    return tuple(_key(row, row["fingerprint"] in secret) for row in rows)


def flaw(key: Key, address: Address, now: datetime) -> str:
    """Return in words why the key may not protect mail to the address, or an empty text; acceptance is another question."""
    whose = f"{address.key}'s key"
    primary = key.parts[0]
    if primary.expired(now):
        when = f" on {primary.expires:%Y-%m-%d}" if primary.expires else ""
        return f"{whose} expired{when}"
    if primary.trust in _BAD:
        return f"{whose} {_BAD[primary.trust]}"
    if address.key not in key.addresses:
        return f"the key belongs to someone else, not to {address.key}"
    encrypting = [part for part in key.parts if "e" in part.capabilities and part.usable(now)]
    if not encrypting:
        return f"{whose} has no part that can receive protected mail now"
    if not all(part.strong for part in (primary, *encrypting)):
        return f"{whose} is too weak"
    return ""


def _key(row: dict[str, Any], secret: bool) -> Key:
    dead = row["trust"] in _BAD  # then GnuPG calls all its user ids bad, and its owner would be forgotten
    named = zip(row["uids"], row.get("uid_validity", ()), strict=True)
    found = dict.fromkeys(_address_key(uid) for uid, validity in named if dead or validity not in _BAD)
    subkeys = [_part(info) for info in row.get("subkey_info", {}).values()]
    return Key(row["fingerprint"], tuple(key for key in found if key), (_part(row), *subkeys), secret)


def _part(row: dict[str, Any]) -> Part:
    own_letters = "".join(letter for letter in row["cap"] if letter.islower())  # capitals are the whole key's
    return Part(row["trust"], row["algo"], int(row["length"] or 0), own_letters, _time(row["expires"]))


def _time(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def _address_key(uid: str) -> str:
    """Return the mailbox of a user id such as `Bob (ward 3) <bob@hospital.example>`, empty where there is none."""
    mailbox = uid.rpartition("<")[2].removesuffix(">") if uid.endswith(">") else uid
    try:
        return parse_address(mailbox).key
    except AddressError:
        return ""
