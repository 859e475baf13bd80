"""The records of the organisation's recovery key: what was kept for it, and what two people got back with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.audit.canonical import Json

KEPT = "keys-kept"
RECOVERED = "keys-recovered"


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """`certificate` is the recovery key's hex SHA-256; `keys` are the ring's names of what was kept besides the store's key.

    `away` when it lies in the organisation's folder too, not only on this computer.
    """

    certificate: str
    keys: Sequence[str]
    away: bool


@dataclass(frozen=True, slots=True)
class RecoveredRecord:
    """Whose keys (`addresses`), how many, who opened them (`holders`) and why; `store` when the key of this store was put back."""

    certificate: str
    addresses: Sequence[str]
    holders: Sequence[str]
    reason: str
    keys: int
    store: bool


def kept_fields(record: KeptRecord) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields, and the names of keys to be sealed: they can be looked up."""
    return {"rec": {"cert": record.certificate, "n": len(record.keys), "away": record.away}}, {"keys": list(record.keys)}


def recovered_fields(record: RecoveredRecord) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields; people and their reason are sealed."""
    clear: dict[str, Json] = {"rec": {"cert": record.certificate, "n": record.keys, "store": record.store, "people": len(record.holders)}}
    return clear, {"whose": list(record.addresses), "holders": list(record.holders), "reason": record.reason}
