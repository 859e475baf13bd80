"""What device and central server say to each other, as both sides read it; bytes travel as base64, so that nobody re-serialises a record.

The formats are versioned by the path (`/v1/`). A server refuses what it does not know; a device ignores what it does not know.
"""

from base64 import b64decode, b64encode
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from securemail_desktop.central.record import Problem

MAX_RECORD = 8 * 1024 * 1024
MAX_REQUEST = 24 * 1024 * 1024
MAX_RECORDS = 500
MAX_PROOFS = 200


def _base64(text: str) -> str:
    b64decode(text, validate=True)
    return text


Base64 = Annotated[str, AfterValidator(_base64)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Refusal(_Strict):
    """The body of every answer that is not 2xx. `epoch`, `seq` name the record; `expected` is the next number the server takes."""

    problem: Problem
    detail: str
    epoch: str = ""
    seq: int = 0
    expected: int = 0


class EnrolRequest(_Strict):
    """A device asks to be enrolled. `signature` over `enrol_statement` proves that it holds the key; it keeps `secret` and shows its SHA-256."""

    token: str = Field(max_length=200)
    public_key: Base64 = Field(max_length=64)
    secret_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    signature: Base64 = Field(max_length=128)


class EnrolAnswer(_Strict):
    """Who the device is from now on, to which key it seals, and the key (C2SP vkey) that signs checkpoints."""

    organization: str
    device: str
    epoch: str
    sealing_key: Base64
    sealing_key_id: str
    checkpoint_key: str


class WireRecord(_Strict):
    """A record's bytes and signature."""

    record: Base64
    signature: Base64 = Field(max_length=128)

    @property
    def record_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return b64decode(self.record)

    @property
    def signature_bytes(self) -> bytes:
        """Return the signature."""
        return b64decode(self.signature)


class SubmitRequest(_Strict):
    """Records of one device, in chain order."""

    records: list[WireRecord] = Field(min_length=1, max_length=MAX_RECORDS)


class SubmitAnswer(_Strict):
    """The leaf index of each record that was taken, in the order of the request, and the checkpoint that covers them.

    It may be fewer than were sent: sending the rest again then says what is wrong with the next one.
    """

    leaves: list[int]
    checkpoint: str


class StoredRecord(WireRecord):
    """A record as the server holds it."""

    epoch: str
    seq: int
    leaf: int


class RecordsAnswer(_Strict):
    """The device's own records from a sequence number on; `last` is the highest number that the server holds, 0 for none."""

    records: list[StoredRecord]
    last: int


class InclusionAnswer(_Strict):
    """RFC 9162 inclusion proofs, one a requested leaf index, against the tree of `size`."""

    size: int
    proofs: list[list[Base64]]


class ConsistencyAnswer(_Strict):
    """The RFC 9162 consistency proof between two tree sizes."""

    proof: list[Base64]


def enrol_statement(token: str, public_key: bytes, secret_sha256: str) -> bytes:
    """Return the bytes that the device signs when it enrols."""
    return b"\n".join((b"securemail-desktop enrol v1", token.encode(), b64encode(public_key), secret_sha256.encode()))
