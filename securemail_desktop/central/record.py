"""A record as journal, wire and log share it: its bytes and signature, its leaf in the Merkle log, and what can be wrong with it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Signed:
    """One record as it is stored and sent: canonical bytes and the signature over them."""

    epoch: str
    seq: int
    rid: str
    record: bytes
    signature: bytes


def leaf_bytes(record: bytes, signature: bytes) -> bytes:
    """Return what the Merkle log holds of a record: the 64-byte signature, then the record's bytes as they were received."""
    return signature + record


class Problem(StrEnum):
    """Why the server refuses, in one word that programs act on."""

    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    UNKNOWN_INVITATION = "unknown-token"
    NOT_ENROLLED = "not-enrolled"
    FOREIGN = "foreign"
    BAD_SIGNATURE = "bad-signature"
    GAP = "gap"
    FORK = "fork"
    NO_SUCH_TREE = "no-such-tree"
    BUSY = "busy"
