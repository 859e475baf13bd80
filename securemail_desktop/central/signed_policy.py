"""What a device follows, and a ring's policy as it was signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.central.rings import Release


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a device follows: the ring, and the hex SHA-256 of the root that is pinned."""

    ring: str
    pin: str


@dataclass(frozen=True, slots=True)
class Floor:
    """Versions of timestamp and snapshot below which nothing is taken: what this device has had already."""

    timestamp: int = 0
    snapshot: int = 0


@dataclass(frozen=True, slots=True)
class SignedPolicy:
    """A ring's policy, checked: its bytes, what is said of it, the versions, when it was signed as the newest, and until when that is good.

    `files` are what is kept for the next start.
    """

    content: bytes
    release: Release
    root: int
    floor: Floor
    signed_at: datetime
    fresh_until: datetime
    files: Mapping[str, bytes]
