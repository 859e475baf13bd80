"""The journal on this machine: a SQLite file of its own, WAL, synchronous=FULL; a hash chain an epoch and an Ed25519 signature a record.

It holds no clear address, no text and no subject. Canonical bytes are RFC 8785 (audit.md); they are stored and sent as they were signed.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.audit.event import Json


class JournalError(Exception):
    """The journal cannot be written or read; nothing may be sent. Its text is one sentence for people with the way out."""


@dataclass(frozen=True, slots=True)
class Device:
    """Who signs: organisation, device and enrolment epoch (UUIDs), the signing key, and the HPKE public key (raw) that `sealed` is sealed to."""

    organization: str
    device: str
    epoch: str
    signing_key: Ed25519PrivateKey
    sealing_key: bytes
    sealing_key_id: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One record as it is stored and sent: canonical bytes and the signature over them."""

    epoch: str
    seq: int
    rid: str
    record: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found. `problem` is empty or names the exact record; `unproven` says what this check cannot show."""

    records: int
    problem: str
    unproven: tuple[str, ...]


class Journal:
    """The open journal."""

    def __init__(self, path: Path, device: Device) -> None:
        """Open or create the file (0600); raise `JournalError`."""
        raise NotImplementedError

    def append(self, rid: str, act: str, fields: dict[str, Json], sealed: dict[str, Json]) -> None:
        """Append one record durably. A rid that is already there is left as it is, so that a crashed caller may repeat."""
        raise NotImplementedError

    def has(self, rid: str) -> bool:
        """Say whether the record is there."""
        raise NotImplementedError

    def unsynced(self, most: int) -> list[Signed]:
        """Return the oldest records that the central store has not acknowledged, in chain order."""
        raise NotImplementedError

    def acknowledge(self, epoch: str, seq: int, leaf_index: int) -> None:
        """Note that the central store holds the record as this leaf of its log."""
        raise NotImplementedError

    def records(self) -> list[Signed]:
        """Return everything, in chain order."""
        raise NotImplementedError

    def verify(self) -> Verification:
        """Check every digest, link, sequence number and signature."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""
        raise NotImplementedError
