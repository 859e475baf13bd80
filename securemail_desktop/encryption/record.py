"""What the key ring notes beside a key: whose it is, whether it was accepted, on what evidence and since when."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from securemail_desktop.encryption.method import Method


class Role(StrEnum):
    """Whose a key is: the user's own with its private part, a correspondent's, or a certification authority's."""

    OWN = "own"
    OTHER = "other"
    AUTHORITY = "authority"


class Origin(StrEnum):
    """Where a key comes from, the worthiest first: whoever vouches for it is another question."""

    FILE = "file"
    SIGNED_MAIL = "signed-mail"
    LDAP = "ldap"
    AUTOCRYPT = "autocrypt"
    WKD = "wkd"
    VKS = "vks"
    DNS = "dns"
    GOSSIP = "gossip"


RANKS = {origin: rank for rank, origin in enumerate(Origin)}


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of the ring. `key` is as in `Capability`; `addresses` are `Address.key`s; `accepted` when a person decided for this very key.

    `refused` when he decided that it is never used for new mail; an own one still opens old mail. `unopened` since when its owner is known not to
    be able to open what goes to it.
    """

    method: Method
    key: str
    role: Role
    addresses: tuple[str, ...]
    accepted: bool
    evidence: str
    obtained: datetime
    refused: bool = False
    origin: Origin = Origin.FILE
    unopened: datetime | None = None

    @property
    def name(self) -> str:
        """Return the record's name in the store."""
        return f"{self.method.value}:{self.key}"


def encode(record: KeyRecord) -> bytes:
    """Return the record as JSON."""
    document = {
        "method": record.method.value,
        "key": record.key,
        "role": record.role.value,
        "addresses": list(record.addresses),
        "accepted": record.accepted,
        "evidence": record.evidence,
        "obtained": record.obtained.isoformat(),
        "refused": record.refused,
        "origin": record.origin.value,
        "unopened": record.unopened.isoformat() if record.unopened else None,
    }
    return json.dumps(document).encode("utf-8")


def decode(document: bytes) -> KeyRecord:
    """Return the record that `encode` wrote."""
    found = json.loads(document)
    return KeyRecord(
        Method(found["method"]),
        found["key"],
        Role(found["role"]),
        tuple(found["addresses"]),
        found["accepted"],
        found["evidence"],
        datetime.fromisoformat(found["obtained"]),
        found.get("refused", False),  # records from before there were refusals
        Origin(found.get("origin", Origin.FILE.value)),
        datetime.fromisoformat(found["unopened"]) if found.get("unopened") else None,
    )
