"""Brings the journal's records to the central store: in order, idempotent, resumable; away means later.

A record counts as handed over only when the store has named its leaf. What was taken but not acknowledged (a lost answer) is sent again and gets the
same leaf. A store that has lost records (restored from a backup) gets them again from here; verification then says that its log was cut.
"""

from dataclasses import dataclass
from typing import Protocol, TypeGuard

from securemail_desktop.audit.journal import Journal, Signed
from securemail_desktop.central.errors import Away, CentralError, Refused
from securemail_desktop.central.record import Problem
from securemail_desktop.central.wire import MAX_RECORDS

_MOST_BYTES = 4 * 1024 * 1024


class CentralStore(Protocol):
    """What sync needs of the central store; `central.client` implements it."""

    def submit(self, records: list[Signed]) -> list[int]:
        """Hand over records; return the leaf index of each that was taken, at least the first. Raise `central.errors.CentralError`."""
        ...


@dataclass(frozen=True, slots=True)
class Synced:
    """How a sync ended: records acknowledged, records still waiting, and why it stopped (empty when done).

    `temporary` says that waiting alone may settle it.
    """

    acknowledged: int
    waiting: int
    problem: str
    temporary: bool = False


def sync(journal: Journal, central: CentralStore) -> Synced:
    """Send what is unsynced; never raises for a store that is away. Raise `JournalError`."""
    acknowledged, resent = 0, False
    while batch := _bounded(journal.unsynced(MAX_RECORDS)):
        try:
            leaves = central.submit(batch)
        except CentralError as error:
            if not resent and _has_lost_records(error, batch):
                resent = True
                journal.forget_acknowledged(batch[0].epoch, error.expected)
                continue
            return Synced(acknowledged, journal.waiting(), str(error), temporary=isinstance(error, Away))
        journal.acknowledge_all([(record.epoch, record.seq, leaf) for record, leaf in zip(batch, leaves, strict=False)])
        acknowledged += len(leaves)
    return Synced(acknowledged, journal.waiting(), "")


def _has_lost_records(error: CentralError, batch: list[Signed]) -> TypeGuard[Refused]:
    return isinstance(error, Refused) and error.problem is Problem.GAP and 0 < error.expected < batch[0].seq


def _bounded(records: list[Signed]) -> list[Signed]:
    """Return the leading records of one epoch that fit into a request, at least one."""
    batch: list[Signed] = []
    size = 0
    for record in records:
        size += len(record.record)
        if batch and (size > _MOST_BYTES or record.epoch != batch[0].epoch):
            break
        batch.append(record)
    return batch
