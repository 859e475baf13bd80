"""Compares the journal with the central store's log: everything acknowledged is in it, unchanged; nothing is in it that is not here.

Its result is the contract's `"central": {"records": N, "tree_size": N, "verified": true}`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from securemail_desktop.audit.journal import Journal, JournalError, Signed
from securemail_desktop.audit.verify import name_of
from securemail_desktop.central.errors import NotProven
from securemail_desktop.central.merkle import leaf_hash
from securemail_desktop.central.record import leaf_bytes
from securemail_desktop.central.verify import Leaf, Log, verify_log
from securemail_desktop.central.wire import RecordsAnswer


class CentralLog(Log, Protocol):
    """The log, and what it holds of this device; `central.client` implements it. Each raises `CentralError`."""

    def own_records(self, epoch: str, first: int, most: int) -> RecordsAnswer:
        """Return this device's records from number `first` on."""
        ...


@dataclass(frozen=True, slots=True)
class CentralVerification:
    """Acknowledged records that were checked, the size of the log, whether all holds, and if not, what does not."""

    records: int
    tree_size: int
    verified: bool
    problem: str


def verify_central(journal: Journal, log: CentralLog, checkpoint_key: str) -> CentralVerification:
    """Check every acknowledged record of the device's epoch against the log; remember the checkpoint when all holds.

    Raise `CentralError` for a store that is away, and `JournalError`. A log that contradicts the journal is a result, not an error.
    """
    leaves = _leaves(journal)
    try:
        note, checkpoint = verify_log(log, checkpoint_key, journal.checkpoint(), leaves)
        _check_end(journal, log)
    except NotProven as error:
        return CentralVerification(len(leaves), 0, verified=False, problem=str(error))
    journal.remember_checkpoint(note, checkpoint.size, checkpoint.root)
    return CentralVerification(len(leaves), checkpoint.size, verified=True, problem="")


def _leaves(journal: Journal) -> list[Leaf]:
    records = {(record.epoch, record.seq): record for record in journal.records()}
    leaves = []
    for epoch, seq, index in journal.acknowledged():
        if epoch != journal.device.epoch:
            continue  # another enrolment, perhaps another log
        record = records.get((epoch, seq))
        if record is None:
            raise JournalError(f"{name_of(epoch, seq)} is missing from the journal, though the central store has acknowledged it.")
        leaves.append(Leaf(name_of(epoch, seq, record.rid), index, leaf_hash(leaf_bytes(record.record, record.signature))))
    return leaves


def _check_end(journal: Journal, log: CentralLog) -> None:
    """Raise `NotProven` when the log holds records of this epoch that are not here: cut off, or made on a copy of this device."""
    epoch = journal.device.epoch
    here = [record for record in journal.records() if record.epoch == epoch]
    beyond = log.own_records(epoch, len(here) + 1, 1)
    if beyond.last > len(here):
        raise NotProven(
            f"FORK: the central log holds {name_of(epoch, len(here) + 1)}, but the journal ends before it: "
            "records were cut off here, or a copy of this device wrote them."
        )
    _check_unacknowledged(journal, log, here)


def _check_unacknowledged(journal: Journal, log: CentralLog, here: Sequence[Signed]) -> None:
    """Compare with the log what it took without our having its answer."""
    known = {(epoch, seq) for epoch, seq, _ in journal.acknowledged()}
    waiting = [record for record in here if (record.epoch, record.seq) not in known]
    if not waiting:
        return
    theirs = {item.seq: item for item in log.own_records(waiting[0].epoch, waiting[0].seq, len(waiting[:500])).records}
    for record in waiting:
        item = theirs.get(record.seq)
        if item is not None and (item.record_bytes, item.signature_bytes) != (record.record, record.signature):
            raise NotProven(f"FORK: {name_of(record.epoch, record.seq, record.rid)} differs from what the central log holds.")
