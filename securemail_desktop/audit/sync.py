"""Brings the journal's records to the central store: in order, idempotent, resumable; away means later."""

from dataclasses import dataclass
from typing import Protocol

from securemail_desktop.audit.journal import Journal, Signed


class CentralStore(Protocol):
    """What sync needs of the central store; `central.client` implements it."""

    def submit(self, records: list[Signed]) -> list[int]:
        """Hand over records; return the leaf index of each. Raise `central.errors.CentralError`."""
        ...


@dataclass(frozen=True, slots=True)
class Synced:
    """How a sync ended: records acknowledged, records still waiting, and why it stopped (empty when done)."""

    acknowledged: int
    waiting: int
    problem: str


def sync(journal: Journal, central: CentralStore) -> Synced:
    """Send what is unsynced; never raises for a store that is away."""
    raise NotImplementedError
