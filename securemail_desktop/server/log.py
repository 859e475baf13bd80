"""One Merkle log an organisation: records in the order they came, as they came; a signed checkpoint after each step.

Every record is checked before it is taken: signature, chain, number. It is idempotent on (epoch, seq): what is there already gets the same leaf
again. A number that is missing (GAP) or a second history (FORK) is named; the fork's record is kept as evidence.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.engine import Connection

from securemail_desktop.audit.chain import ChainError, Head, Header, check_link, check_opening, check_signature, digest_of, read_header
from securemail_desktop.central.checkpoint import Checkpoint, sign_checkpoint, verifier_key
from securemail_desktop.central.merkle import (
    Place,
    ProofError,
    Range,
    consistency_ranges,
    grow,
    hash_of,
    inclusion_ranges,
    leaf_hash,
    places_of,
)
from securemail_desktop.central.record import Problem, leaf_bytes
from securemail_desktop.central.wire import MAX_RECORD, WireRecord
from securemail_desktop.server.device import Enrolled
from securemail_desktop.server.errors import Denied, denied
from securemail_desktop.server.storage import ENTRIES, FORKS, NODES, Storage, now_ms

_MOST_PLACES = 300  # parameters of one query
_MOST_FORKS = 100  # kept of one epoch


@dataclass(frozen=True, slots=True)
class Stored:
    """A record in the log: its leaf index, its number, the bytes as they came."""

    leaf: int
    seq: int
    record: bytes
    signature: bytes


@dataclass(slots=True)
class _Step:
    """One request's work: where log and chain end, what was there already, what is new, and the leaf of each."""

    size: int
    head: Head
    new: list[Stored] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)


class Log:
    """The logs of all organisations, signed with one key."""

    def __init__(self, storage: Storage, key: Ed25519PrivateKey) -> None:
        """Keep the open storage and the signing key."""
        self._storage = storage
        self._key = key
        self._name = "securemail-" + hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]

    def verifier_key(self, organization: str) -> str:
        """Return the vkey that checks the organisation's checkpoints."""
        return verifier_key(self._origin(organization), self._key.public_key())

    def append(self, device: Enrolled, items: Sequence[WireRecord]) -> tuple[list[int], str]:
        """Take records up to the first that does not fit; return the leaf indices and the checkpoint. Raise `Denied` when it is the very first."""
        with self._storage.writing() as connection:
            step = _Step(_size(connection, device.organization), _head(connection, device.epoch))
            refusal = _take_all(connection, step, device, items)
            _store(connection, step, device)
            note = self._sign(connection, device.organization, step.size + len(step.new))
        if refusal is not None and not step.leaves:
            raise refusal
        return step.leaves, note

    def checkpoint(self, organization: str) -> str:
        """Return the signed state of the log."""
        with self._storage.reading() as connection:
            return self._sign(connection, organization, _size(connection, organization))

    def inclusion(self, organization: str, size: int, indices: Sequence[int]) -> list[list[bytes]]:
        """Return the inclusion proof of each leaf in the tree of `size`; raise `Denied`."""
        return self._prove(organization, size, [_ranges(inclusion_ranges, index, size) for index in indices])

    def consistency(self, organization: str, old: int, new: int) -> list[bytes]:
        """Return the consistency proof between two sizes; raise `Denied`."""
        return self._prove(organization, new, [_ranges(consistency_ranges, old, new)])[0]

    def records(self, device: Enrolled, first: int, most: int, most_bytes: int) -> tuple[list[Stored], int]:
        """Return the device's own records from number `first` on, as many as fit but at least one, and the highest number that is here."""
        query = select(ENTRIES.c.leaf, ENTRIES.c.seq, ENTRIES.c.record, ENTRIES.c.signature)
        query = query.where(ENTRIES.c.epoch == device.epoch, ENTRIES.c.seq >= first).order_by(ENTRIES.c.seq).limit(most)
        found: list[Stored] = []
        with self._storage.reading() as connection:
            for row in connection.execute(query):
                most_bytes -= len(row.record)
                if found and most_bytes < 0:
                    break
                found.append(Stored(row.leaf, row.seq, row.record, row.signature))
            return found, _head(connection, device.epoch).seq

    def _prove(self, organization: str, size: int, proofs: Sequence[Sequence[Range]]) -> list[list[bytes]]:
        with self._storage.reading() as connection:
            if size > _size(connection, organization):
                raise denied(Problem.NO_SUCH_TREE, "The log has not grown to this size.")
            places = chain.from_iterable(places_of(*span) for spans in proofs for span in spans)
            nodes = _nodes(connection, organization, places)
        return [[hash_of(span, nodes) for span in spans] for spans in proofs]

    def _sign(self, connection: Connection, organization: str, size: int) -> str:
        root = hash_of((0, size), _nodes(connection, organization, places_of(0, size)))
        return sign_checkpoint(Checkpoint(self._origin(organization), size, root), self._key)

    def _origin(self, organization: str) -> str:
        return f"{self._name}/{organization}"


def _take_all(connection: Connection, step: _Step, device: Enrolled, items: Sequence[WireRecord]) -> Denied | None:
    for item in items:
        stored = item.record_bytes, item.signature_bytes
        header: Header | None = None
        try:
            header = _check(*stored, device)
            step.leaves.append(_take(connection, step, device, header, *stored))
        except ChainError as error:
            if header is not None and error.problem is Problem.FORK and not step.leaves:
                _keep_fork(connection, device, header, *stored)
            return _refusal(error, device, step)
    return None


def _check(record: bytes, signature: bytes, device: Enrolled) -> Header:
    """Return the header of a record that this device signed; raise `ChainError`."""
    if len(record) > MAX_RECORD:
        raise ChainError(Problem.TOO_LARGE, 0, "is too large")
    header, members = read_header(record)
    if (header.organization, header.device, header.epoch) != (device.organization, device.device, device.epoch):
        raise ChainError(Problem.FOREIGN, header.seq, "is of another device, epoch or organisation")
    check_signature(record, signature, device.public_key, header.seq)
    check_opening(members, device.public_key, header.seq)
    return header


def _take(connection: Connection, step: _Step, device: Enrolled, header: Header, record: bytes, signature: bytes) -> int:
    """Return the leaf of a record that is there already, or of a new one that follows; raise `ChainError`."""
    if header.seq <= step.head.seq:
        there = next((item for item in step.new if item.seq == header.seq), None) or _entry(connection, device.epoch, header.seq)
        if (there.record, there.signature) != (record, signature):
            raise ChainError(Problem.FORK, header.seq, "differs from the one of this number that is already in the log")
        return there.leaf
    step.head = check_link(header, step.head)
    step.new.append(Stored(step.size + len(step.new), header.seq, record, signature))
    return step.new[-1].leaf


def _refusal(error: ChainError, device: Enrolled, step: _Step) -> Denied:
    name = f"{error.problem.value.upper()}: record {error.seq or '?'} of epoch {device.epoch[:8]} {error}."
    return denied(error.problem, name, device.epoch, error.seq, step.head.seq + 1)


def _store(connection: Connection, step: _Step, device: Enrolled) -> None:
    if not step.new:
        return
    received = now_ms()
    common = {"organization": device.organization, "epoch": device.epoch, "received": received}
    rows = [{**common, "leaf": item.leaf, "seq": item.seq, "record": item.record, "signature": item.signature} for item in step.new]
    connection.execute(insert(ENTRIES), rows)
    hashes = [leaf_hash(leaf_bytes(item.record, item.signature)) for item in step.new]
    added = grow(step.size, hashes, _nodes(connection, device.organization, places_of(0, step.size)))
    nodes = [{"organization": device.organization, "level": level, "position": at, "hash": value} for (level, at), value in added.items()]
    connection.execute(insert(NODES), nodes)


def _keep_fork(connection: Connection, device: Enrolled, header: Header, record: bytes, signature: bytes) -> None:
    """Keep the evidence of a second history; its signature has been checked."""
    known = connection.execute(select(FORKS.c.seq, FORKS.c.record_sha256).where(FORKS.c.epoch == device.epoch)).all()
    if len(known) >= _MOST_FORKS or (header.seq, header.digest) in {tuple(row) for row in known}:
        return
    values = {"epoch": device.epoch, "seq": header.seq, "record_sha256": header.digest, "record": record, "signature": signature}
    connection.execute(insert(FORKS).values(**values, received=now_ms()))


def _size(connection: Connection, organization: str) -> int:
    last = connection.execute(select(func.max(ENTRIES.c.leaf)).where(ENTRIES.c.organization == organization)).scalar()
    return 0 if last is None else int(last) + 1


def _head(connection: Connection, epoch: str) -> Head:
    query = select(ENTRIES.c.seq, ENTRIES.c.record).where(ENTRIES.c.epoch == epoch).order_by(ENTRIES.c.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Head(row.seq, digest_of(row.record)) if row else Head()


def _entry(connection: Connection, epoch: str, seq: int) -> Stored:
    query = select(ENTRIES.c.leaf, ENTRIES.c.seq, ENTRIES.c.record, ENTRIES.c.signature).where(
        ENTRIES.c.epoch == epoch, ENTRIES.c.seq == seq
    )
    row = connection.execute(query).one()
    return Stored(row.leaf, row.seq, row.record, row.signature)


def _nodes(connection: Connection, organization: str, places: Iterable[Place]) -> dict[Place, bytes]:
    wanted = list(set(places))
    nodes: dict[Place, bytes] = {}
    for start in range(0, len(wanted), _MOST_PLACES):
        query = select(NODES.c.level, NODES.c.position, NODES.c.hash).where(NODES.c.organization == organization)
        query = query.where(tuple_(NODES.c.level, NODES.c.position).in_(wanted[start : start + _MOST_PLACES]))
        nodes |= {(row.level, row.position): row.hash for row in connection.execute(query)}
    return nodes


def _ranges(proof: Callable[[int, int], list[Range]], first: int, second: int) -> list[Range]:
    try:
        return proof(first, second)
    except ProofError as error:
        raise denied(Problem.NO_SUCH_TREE, str(error)) from error
