"""Records of policies that came into force, and of those that were refused: `policy-apply` and `policy-reject`.

An apply also says which versions of the signed files this device has had: nothing older is taken again, even where the store was put back or emptied.
"""

from dataclasses import dataclass

from securemail_desktop.audit.canonical import Json

APPLY, REJECT = "policy-apply", "policy-reject"
_SHORT = 16  # hex digits of a root: enough to tell two apart


@dataclass(frozen=True, slots=True)
class PolicyApplied:
    """A policy that holds from now on: name, version, hex SHA-256; its ring, the root that is pinned, the versions, and how it came there."""

    name: str
    version: int
    sha256: str
    ring: str
    pin: str
    timestamp: int
    snapshot: int
    how: str


@dataclass(frozen=True, slots=True)
class PolicyRejected:
    """Something that was not taken, and why; `name`, `version` and `sha256` are the policy that goes on to hold."""

    reason: str
    ring: str
    pin: str
    name: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LastApplied:
    """What the journal knows of the last policy that came into force; `t` is RFC 3339 in UTC."""

    sha256: str
    ring: str
    pin: str
    timestamp: int
    snapshot: int
    t: str


def applied_fields(record: PolicyApplied) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields, and no sealed ones."""
    source: dict[str, Json] = {"ring": record.ring, "pin": record.pin[:_SHORT], "ts": record.timestamp, "snap": record.snapshot}
    return {"pol": {"id": record.name, "ver": record.version, "sha256": record.sha256}, "src": source, "how": record.how}, {}


def rejected_fields(record: PolicyRejected) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields, and no sealed ones."""
    source: dict[str, Json] = {"ring": record.ring, "pin": record.pin[:_SHORT]}
    return {"reason": record.reason, "src": source, "pol": {"id": record.name, "ver": record.version, "sha256": record.sha256}}, {}


def last_applied(record: dict[str, Json] | None) -> LastApplied | None:
    """Return what an apply says, None where it is no such record."""
    match record:
        case {
            "t": str(t),
            "pol": {"sha256": str(sha256)},
            "src": {"ring": str(ring), "pin": str(pin), "ts": int(timestamp), "snap": int(snapshot)},
        }:
            return LastApplied(sha256, ring, pin, timestamp, snapshot, t)
        case _:
            return None


def is_of(last: LastApplied, pin: str) -> bool:
    """Say whether it was of the repository with this root."""
    return last.pin == pin[:_SHORT]
