"""The record of one send, as `audit` needs it from `sending`; the native JSON record is made from it (audit.md)."""

from dataclasses import dataclass

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """One copy that goes on the wire: hex SHA-256 and size of its bytes, its method."""

    sha256: str
    size: int
    method: str


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """One recipient: `address` is sealed; `domain` stands in clear only where the caller says so (`clear_domain`); `copy` -1 where there is none.

    `state`, `code`, `enhanced` and `queue_id` are of an outcome and empty in an intent.
    """

    address: str
    domain: str
    outside: bool
    via: str
    copy: int
    known: bool
    clear_domain: bool = False
    state: str = ""
    code: int = 0
    enhanced: str = ""
    queue_id: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """One attachment: digest, size, type, and the detectors that found something in it."""

    sha256: str
    size: int
    type: str
    detectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarningRecord:
    """One warning or demand that the author saw: what he chose; his reason's text is sealed. `recipient` is an index or -1."""

    id: str
    recipient: int
    choice: str
    justification: str = ""
    shown_ms: int = 0


@dataclass(frozen=True, slots=True)
class SendRecord:
    """One intent or outcome. `of` is the intent's rid in an outcome, empty otherwise; `out` is `intent`, or the worst state of an outcome."""

    phase: str
    out: str
    of: str
    message_id: str
    channel: str
    recipients: tuple[RecipientRecord, ...]
    copies: tuple[CopyRecord, ...]
    attachments: tuple[AttachmentRecord, ...]
    policy_name: str
    policy_version: int
    policy_sha256: str
    rules: tuple[str, ...]
    detections: tuple[tuple[str, int], ...]
    warnings: tuple[WarningRecord, ...] = ()
    host: str = ""


def new_rid() -> str:
    """Return a UUID version 7 (RFC 9562)."""
    raise NotImplementedError


def send_fields(record: SendRecord) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields and the ones to be sealed (addresses, justifications)."""
    raise NotImplementedError
