"""The chain of one epoch's records, as the device makes it and both sides check it.

Each record carries its number (`seq`, from 1), the SHA-256 of the record before it (`prev`), and is signed with the device's Ed25519 key (RFC 8032)
over its canonical bytes. The first record is `epoch-open` and names the epoch before it.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from securemail_desktop.audit.canonical import Json, parse_canonical
from securemail_desktop.central.record import Problem

START = "0" * 64


class ChainError(Exception):
    """A record that does not fit; `problem` says how, `seq` which (0 when it cannot be read)."""

    def __init__(self, problem: Problem, seq: int, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.seq = seq


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of an epoch: its number and digest; 0 and zeros when there is none."""

    seq: int = 0
    digest: str = START


@dataclass(frozen=True, slots=True)
class Header:
    """What every record carries, read from its canonical bytes. `time` is the device's wall time, `monotonic` milliseconds of the boot `boot`."""

    organization: str
    device: str
    epoch: str
    seq: int
    prev: str
    rid: str
    act: str
    time: datetime
    monotonic: int
    boot: str
    digest: str


def read_header(record: bytes) -> tuple[Header, dict[str, Json]]:
    """Return the header and all members of a record; raise `ChainError` (malformed)."""
    try:
        members = parse_canonical(record)
        header = Header(
            organization=_text(members, "org"),
            device=_text(members, "dev"),
            epoch=_text(members, "epoch"),
            seq=_number(members, "seq"),
            prev=_text(members, "prev"),
            rid=_text(members, "rid"),
            act=_text(members, "act"),
            time=_moment(members),
            monotonic=_number(members, "mono_ms"),
            boot=_text(members, "boot"),
            digest=digest_of(record),
        )
        if members.get("v") != 1 or members.get("alg") != "ed25519" or header.seq < 1:
            raise ValueError("an unknown version, algorithm or number")  # noqa: TRY301 - one translation for all
    except ValueError as error:
        raise ChainError(Problem.MALFORMED, 0, f"cannot be read: {error}") from error
    return header, members


def check_signature(record: bytes, signature: bytes, key: Ed25519PublicKey, seq: int) -> None:
    """Raise `ChainError` (bad signature) unless the key signed exactly these bytes."""
    try:
        key.verify(signature, record)
    except InvalidSignature as error:
        raise ChainError(Problem.BAD_SIGNATURE, seq, "was changed after it was signed, or signed with another key") from error


def check_link(header: Header, head: Head) -> Head:
    """Return the new head of the chain, or raise `ChainError`: a number is missing (gap), or the record follows another history (fork)."""
    if header.seq > head.seq + 1:
        missing = f"record {head.seq + 1} is" if header.seq == head.seq + 2 else f"records {head.seq + 1} to {header.seq - 1} are"
        raise ChainError(Problem.GAP, header.seq, f"{missing} missing before it")
    if header.seq <= head.seq:
        raise ChainError(Problem.FORK, header.seq, "has a number that is already taken")
    if header.prev != head.digest:
        raise ChainError(Problem.FORK, header.seq, f"was not chained to the record {head.seq} that is here")
    return Head(header.seq, header.digest)


def check_opening(members: dict[str, Json], key: Ed25519PublicKey, seq: int) -> None:
    """Raise `ChainError` unless a first record opens its epoch with the key that signs it, and no other does."""
    if (members.get("act") == "epoch-open") != (seq == 1):
        raise ChainError(Problem.FORK, seq, "opens an epoch in its middle, or begins one without opening it")
    if seq == 1 and members.get("pub") != b64encode(key.public_bytes_raw()).decode():
        raise ChainError(Problem.FOREIGN, seq, "opens its epoch with another key")


def digest_of(record: bytes) -> str:
    """Return the hex SHA-256 that the next record's `prev` holds."""
    return hashlib.sha256(record).hexdigest()


def _text(members: dict[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise ValueError(f"`{name}` is not a text")  # noqa: TRY004 - one error for bad bytes
    return value


def _number(members: dict[str, Json], name: str) -> int:
    value = members.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"`{name}` is not a number")  # noqa: TRY004 - one error for bad bytes
    return value


def _moment(members: dict[str, Json]) -> datetime:
    moment = datetime.fromisoformat(_text(members, "t"))
    if moment.tzinfo is None:
        raise ValueError("`t` has no time zone")
    return moment
