"""A signature as it was found on received content, whatever made it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """The judgement on one signature: it counts when `reason` is empty, else that says in words why it does not.

    `addresses` are the `Address.key`s that the signer's certificate or key names; `signed_at` is the signer's own claim; `notes` are what one
    should know of a signature that counts. `certificates` came with an S/MIME signature that verifies: DER, the signer's first. `abilities` are the
    object identifiers of what the signer's program announced in it (`smime.ability`), None where it announced nothing.
    """

    reason: str
    addresses: tuple[str, ...] = ()
    signed_at: datetime | None = None
    notes: tuple[str, ...] = ()
    certificates: tuple[bytes, ...] = ()
    abilities: frozenset[str] | None = None

    @property
    def valid(self) -> bool:
        """Say whether the signature counts."""
        return not self.reason
