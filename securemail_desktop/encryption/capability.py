"""What a recipient can open, with the evidence for it."""

from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Kind


@dataclass(frozen=True, slots=True)
class Capability:
    """One method that a recipient can open.

    `key` names the material: hex SHA-256 of the S/MIME certificate, fingerprint of the OpenPGP key, name of the TLS gateway, of the own
    transport, or of the kind of promise (`promise.Kind`). `evidence` says in words where it comes from, `obtained` since when. `accepted` is
    False for material that nobody has vouched for: it never meets a requirement (security.md, Keys).
    """

    method: Method
    key: str
    evidence: str
    obtained: datetime
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Unusable:
    """Material that was there but cannot be used, and why in words: "bob's certificate expired on 2026-10-01"."""

    method: Method
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """All that is known of one recipient's means. `asked` are the kinds of promise of his domain that somebody has looked for."""

    usable: tuple[Capability, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    asked: frozenset[Kind] = frozenset()
