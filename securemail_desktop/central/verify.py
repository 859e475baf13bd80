"""Does the central server's log still hold what it acknowledged? Checked here, with nothing taken on trust.

The checkpoint must be signed by the log's key, extend the one seen before (RFC 9162 consistency), and hold every acknowledged record (inclusion).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from securemail_desktop.central.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from securemail_desktop.central.errors import NotProven
from securemail_desktop.central.merkle import EMPTY_ROOT, ProofError, verify_consistency, verify_inclusion
from securemail_desktop.central.wire import MAX_PROOFS


@dataclass(frozen=True, slots=True)
class Leaf:
    """An acknowledged record: how people call it, its index in the log, its leaf hash."""

    name: str
    index: int
    hash: bytes


class Log(Protocol):
    """What a log answers; `central.client` implements it. Each raises `CentralError`."""

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint."""
        ...

    def inclusion(self, size: int, indices: Sequence[int]) -> list[list[bytes]]:
        """Return inclusion proofs."""
        ...

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return a consistency proof."""
        ...


def verify_log(log: Log, vkey: str, seen: str, leaves: Sequence[Leaf]) -> tuple[str, Checkpoint]:
    """Return the newest checkpoint (note and content) when all holds; raise `NotProven` that names what does not, or `CentralError`.

    `seen` is the last checked checkpoint's note, or empty.
    """
    note = log.checkpoint()
    checkpoint = _open(note, vkey)
    _check_extends(log, _open(seen, vkey) if seen else Checkpoint(checkpoint.origin, 0, EMPTY_ROOT), checkpoint)
    for batch in _batches(leaves):
        _check_included(log, checkpoint, batch)
    return note, checkpoint


def _open(note: str, vkey: str) -> Checkpoint:
    try:
        return open_checkpoint(note, vkey)
    except CheckpointError as error:
        raise NotProven(f"LOG-INCONSISTENT: {error}") from error


def _check_extends(log: Log, seen: Checkpoint, now: Checkpoint) -> None:
    if now.size < seen.size:
        raise NotProven(
            f"LOG-INCONSISTENT: the central log has {now.size} entries but had {seen.size}: it was cut off or restored from an older backup."
        )
    proof = log.consistency(seen.size, now.size) if 0 < seen.size < now.size else []
    try:
        verify_consistency(seen.size, now.size, seen.root, now.root, proof)
    except ProofError as error:
        raise NotProven(f"LOG-INCONSISTENT: {error}") from error


def _check_included(log: Log, checkpoint: Checkpoint, leaves: Sequence[Leaf]) -> None:
    for leaf in leaves:
        if not 0 <= leaf.index < checkpoint.size:
            raise NotProven(f"{leaf.name} is not in the central log, though it was acknowledged.")
    proofs = log.inclusion(checkpoint.size, [leaf.index for leaf in leaves])
    for leaf, proof in zip(leaves, proofs, strict=True):
        try:
            verify_inclusion(leaf.index, checkpoint.size, leaf.hash, proof, checkpoint.root)
        except ProofError as error:
            raise NotProven(f"{leaf.name} differs from what the central log holds.") from error


def _batches(leaves: Sequence[Leaf]) -> Iterator[Sequence[Leaf]]:
    for start in range(0, len(leaves), MAX_PROOFS):
        yield leaves[start : start + MAX_PROOFS]
