"""Checks all logs in the database offline: every signature, every device's chain, every hash of the Merkle tree; names the exact record.

A log that was rewritten as a whole by someone who holds the server's key is right in itself: only devices and witnesses notice that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.engine import Connection

from securemail_desktop.audit.chain import ChainError, Head, check_link, check_opening, check_signature, read_header
from securemail_desktop.central.merkle import Place, grow, leaf_hash, places_of
from securemail_desktop.central.record import Problem, leaf_bytes
from securemail_desktop.server.device import Enrolled
from securemail_desktop.server.log import Stored
from securemail_desktop.server.storage import ENTRIES, EPOCHS, NODES, ORGANIZATIONS, Storage

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class LogVerification:
    """An organisation's log: how many records it has; `problem` is empty or names the first that is wrong."""

    organization: str
    records: int
    problem: str


@dataclass(slots=True)
class _Replay:
    """The log as it grows when all its records are taken once more."""

    devices: dict[str, Enrolled]
    heads: dict[str, Head] = field(default_factory=dict)
    size: int = 0
    peaks: dict[Place, bytes] = field(default_factory=dict)


def verify_logs(storage: Storage) -> Iterator[LogVerification]:
    """Yield the result of each organisation's log."""
    with storage.reading() as connection:
        for organization in connection.execute(select(ORGANIZATIONS.c.organization).order_by(ORGANIZATIONS.c.organization)).scalars().all():
            replay = _Replay(_devices(connection, organization))
            problem = ""
            try:
                _replay(connection, organization, replay)
            except ChainError as error:
                problem = str(error)
            yield LogVerification(organization, replay.size, problem)


def _replay(connection: Connection, organization: str, replay: _Replay) -> None:
    query = select(ENTRIES.c.leaf, ENTRIES.c.epoch, ENTRIES.c.seq, ENTRIES.c.record, ENTRIES.c.signature)
    query = query.where(ENTRIES.c.organization == organization).order_by(ENTRIES.c.leaf)
    for rows in connection.execute(query).partitions(_BATCH):
        records = [(row.epoch, Stored(row.leaf, row.seq, row.record, row.signature)) for row in rows]
        for offset, (epoch, stored) in enumerate(records):
            _check_record(replay, epoch, stored, replay.size + offset)
        _check_nodes(connection, organization, replay, [stored for _, stored in records])
    _check_no_more(connection, organization, replay.size)


def _check_record(replay: _Replay, epoch: str, stored: Stored, leaf: int) -> None:
    name = f"record {stored.seq} of epoch {epoch[:8]} (leaf {stored.leaf})"
    device = replay.devices[epoch]
    try:
        header, members = read_header(stored.record)
        if stored.leaf != leaf:
            raise ChainError(Problem.GAP, stored.seq, f"follows leaf {leaf - 1}: entries in between were removed")  # noqa: TRY301 - named below
        if (header.organization, header.device, header.epoch, header.seq) != (device.organization, device.device, epoch, stored.seq):
            raise ChainError(Problem.FOREIGN, stored.seq, "stands in another record's place")  # noqa: TRY301 - named below
        check_signature(stored.record, stored.signature, device.public_key, header.seq)
        check_opening(members, device.public_key, header.seq)
        replay.heads[epoch] = check_link(header, replay.heads.get(epoch, Head()))
    except ChainError as error:
        raise ChainError(error.problem, stored.seq, f"{name} {error}") from error


def _check_nodes(connection: Connection, organization: str, replay: _Replay, records: Sequence[Stored]) -> None:
    added = grow(replay.size, [leaf_hash(leaf_bytes(item.record, item.signature)) for item in records], replay.peaks)
    end = replay.size + len(records)
    stored = _stored_nodes(connection, organization, replay.size, end)
    for place, value in sorted(added.items()):
        if stored.get(place) != value:
            last = ((place[1] + 1) << place[0]) - 1
            raise ChainError(Problem.FORK, 0, f"leaf {last}: the tree holds another hash than its records give")
    known = replay.peaks | added
    replay.size, replay.peaks = end, {place: known[place] for place in places_of(0, end)}


def _stored_nodes(connection: Connection, organization: str, start: int, end: int) -> dict[Place, bytes]:
    nodes: dict[Place, bytes] = {}
    for level in range(end.bit_length()):
        query = select(NODES.c.position, NODES.c.hash).where(NODES.c.organization == organization, NODES.c.level == level)
        query = query.where(NODES.c.position >= start >> level, NODES.c.position < end >> level)
        nodes |= {(level, row.position): row.hash for row in connection.execute(query)}
    return nodes


def _check_no_more(connection: Connection, organization: str, size: int) -> None:
    query = select(NODES.c.position).where(NODES.c.organization == organization, NODES.c.level == 0, NODES.c.position >= size).limit(1)
    if connection.execute(query).first():
        raise ChainError(Problem.GAP, 0, f"leaf {size}: the tree has an entry whose record was removed")


def _devices(connection: Connection, organization: str) -> dict[str, Enrolled]:
    rows = connection.execute(select(EPOCHS).where(EPOCHS.c.organization == organization))
    return {row.epoch: Enrolled(organization, row.device, row.epoch, Ed25519PublicKey.from_public_bytes(row.public_key)) for row in rows}
