"""The record that a user took a kept decision about a recipient back: which doubt is asked about again. The address stands sealed."""

from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.audit.canonical import Json

ACT = "decision-revoked"


@dataclass(frozen=True, slots=True)
class RevocationRecord:
    """Which check was answered for which address (`Address.key`), whether for patient data, and until when (aware) it would have held."""

    check: str
    recipient: str
    phi: bool
    until: datetime


def revocation_fields(record: RevocationRecord) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields and its sealed ones."""
    clear: dict[str, Json] = {"dec": {"check": record.check, "phi": record.phi, "until": record.until.isoformat()}}
    return clear, {"to": record.recipient}
