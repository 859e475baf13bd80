"""Checks a whole journal offline: every digest, link, number and signature; names the exact record that is wrong.

What it cannot show is said, never passed over: whoever holds the device's key can rewrite or cut off what the central store has not acknowledged.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from securemail_desktop.audit.canonical import Json
from securemail_desktop.audit.chain import ChainError, Head, Header, check_link, check_opening, check_signature, read_header
from securemail_desktop.audit.device import LOCAL, Device
from securemail_desktop.central.record import Problem, Signed

Acknowledged = tuple[str, int, int]
MISSING = "journal-missing"
_CLOCK_STEP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One enrolment epoch of the journal: whose it is, and the raw Ed25519 key that signs it."""

    epoch: str
    organization: str
    device: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found. `problem` is empty or names the exact record; `unproven` says what this check cannot show."""

    records: int
    problem: str
    unproven: tuple[str, ...]


def verify_chain(records: Sequence[Signed], epochs: Sequence[Epoch], acknowledged: Sequence[Acknowledged], device: Device) -> Verification:
    """Check the records, in chain order, against the epochs' keys; the device's own key is the anchor of its epoch."""
    try:
        headers = _check(records, epochs, acknowledged, device)
    except ChainError as error:
        return Verification(len(records), str(error), ())
    return Verification(len(records), "", (*_unproven(headers, acknowledged, device), *_clock_steps(headers)))


def name_of(epoch: str, seq: int, rid: str = "") -> str:
    """Return how a record is named to people."""
    return f"record {seq} of epoch {epoch[:8]}" + (f" ({rid})" if rid else "")


def _check(records: Sequence[Signed], epochs: Sequence[Epoch], acknowledged: Sequence[Acknowledged], device: Device) -> list[Header]:
    keys = {epoch.epoch: epoch for epoch in epochs}
    headers: list[Header] = []
    former: Header | None = None
    for epoch, group in _grouped(records):
        checked = list(_check_epoch(group, keys.get(epoch), former, keys, device))
        headers += checked
        former = checked[-1]
    _check_acknowledged(headers, acknowledged)
    return headers


def _grouped(records: Sequence[Signed]) -> Iterator[tuple[str, list[Signed]]]:
    groups: dict[str, list[Signed]] = {}
    for record in records:
        groups.setdefault(record.epoch, []).append(record)
    yield from groups.items()


def _check_epoch(
    group: Sequence[Signed], epoch: Epoch | None, former: Header | None, keys: dict[str, Epoch], device: Device
) -> Iterator[Header]:
    head = Head()
    for position, signed in enumerate(group):
        with_successor = group[position + 1] if position + 1 < len(group) else None
        try:
            header, members = read_header(signed.record)
            _check_place(header, signed, epoch)
            head = check_link(header, head)
            check_signature(signed.record, signed.signature, _key(epoch, device), header.seq)
            check_opening(members, _key(epoch, device), header.seq)
            _check_successor(header, with_successor)
            if header.seq == 1:
                _check_former(members, former, keys)
        except ChainError as error:
            raise ChainError(error.problem, signed.seq, f"{name_of(signed.epoch, signed.seq, signed.rid)} {error}") from error
        yield header


def _check_place(header: Header, signed: Signed, epoch: Epoch | None) -> None:
    if (header.epoch, header.seq, header.rid) != (signed.epoch, signed.seq, signed.rid):
        raise ChainError(Problem.FOREIGN, signed.seq, "stands in another record's place")
    if epoch is None or (header.organization, header.device) != (epoch.organization, epoch.device):
        raise ChainError(Problem.FOREIGN, signed.seq, "belongs to another device or organisation")


def _key(epoch: Epoch | None, device: Device) -> Ed25519PublicKey:
    assert epoch is not None  # _check_place has refused it
    if epoch.epoch == device.epoch:
        return device.signing_key.public_key()
    return Ed25519PublicKey.from_public_bytes(epoch.public_key)


def _check_successor(header: Header, successor: Signed | None) -> None:
    """Blame the right one of two: the next record's signed `prev` says what this one must be."""
    if successor is None or successor.seq != header.seq + 1:
        return
    try:
        after, _ = read_header(successor.record)
    except ChainError:
        return  # its own turn names it
    if after.prev != header.digest:
        raise ChainError(Problem.FORK, header.seq, f"is not the record that record {successor.seq} was chained to")


def _check_former(members: dict[str, Json], former: Header | None, keys: dict[str, Epoch]) -> None:
    expected: Json = None
    if former is not None:
        pub = b64encode(keys[former.epoch].public_key).decode()
        expected = {"epoch": former.epoch, "seq": former.seq, "head": former.digest, "pub": pub}
    if members.get("act") != "epoch-open" or members.get("after") != expected:
        raise ChainError(
            Problem.FORK, 1, "does not open its epoch after the records that are here: the former epoch was changed or cut off"
        )


def _check_acknowledged(headers: Sequence[Header], acknowledged: Sequence[Acknowledged]) -> None:
    here = {(header.epoch, header.seq) for header in headers}
    for epoch, seq, _ in acknowledged:
        if (epoch, seq) not in here:
            raise ChainError(Problem.GAP, seq, f"{name_of(epoch, seq)} is missing, though the central store has acknowledged it")


def _unproven(headers: Sequence[Header], acknowledged: Sequence[Acknowledged], device: Device) -> Iterator[str]:
    for header in headers:
        if header.act == MISSING:
            name = name_of(header.epoch, header.seq, header.rid)
            yield f"Records were missing when {name} was written: the journal was deleted or put back to an earlier state before."
    if device.organization == LOCAL:
        yield "This device is not enrolled: whoever holds its key can rewrite the whole journal."
        return
    done = {(epoch, seq) for epoch, seq, _ in acknowledged}
    open_ = [header for header in headers if header.organization != LOCAL and (header.epoch, header.seq) not in done]
    if open_:
        first, last = open_[0], open_[-1]
        which = (
            name_of(first.epoch, first.seq) if first is last else f"{name_of(first.epoch, first.seq)} to {name_of(last.epoch, last.seq)}"
        )
        yield f"Not yet in the central store: {which}; whoever holds this device's key could have rewritten them."
    yield "Records that were cut off the end before the central store had them leave no trace here."


def _clock_steps(headers: Sequence[Header]) -> Iterator[str]:
    """Compare wall time with the monotonic time of the same boot: a difference means that the clock was set."""
    for before, after in pairwise(headers):
        if before.boot == after.boot:
            passed = timedelta(milliseconds=after.monotonic - before.monotonic)
            step = after.time - before.time - passed
        else:
            step = min(after.time - before.time, timedelta())
        if abs(step) >= _CLOCK_STEP:
            way = "forward" if step > timedelta() else "back"
            yield f"The clock was set {way} by {abs(step)} before {name_of(after.epoch, after.seq)}: its time is not proven, its order is."
