"""The record of one send, as `audit` needs it from `sending`, and the fields of the native JSON record that are made from it.

No address, subject, text, file name or free text stands in clear. What comes from elsewhere (ids, queue names, types, choices) stands in clear only
when it is a plain token; recipients, queue names, ids and choices are whole in the sealed fields, so nothing is lost to the investigator.
"""

import re
import secrets
import time
import uuid
from dataclasses import dataclass
from hashlib import sha256

from securemail_desktop.audit.canonical import Json as Json  # noqa: PLC0414 - callers name the type of fields by this module

_OWN_ID = re.compile(r"<[0-9a-f]{32}@[A-Za-z0-9.-]{1,255}>")  # what `message.compose.new_message_id` makes
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/:=#-]{0,127}")


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
    """Return a UUID version 7 (RFC 9562, 5.7): milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def send_fields(record: SendRecord) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the record's clear fields and the ones to be sealed (addresses, justifications)."""
    clear: dict[str, Json] = {
        "phase": record.phase,
        "out": record.out,
        "channel": record.channel,
        "rcpt": [_recipient(recipient) for recipient in record.recipients],
        "msg": _message(record),
        "pol": {
            "id": _name(record.policy_name),
            "ver": record.policy_version,
            "sha256": record.policy_sha256,
            "rules": [_name(rule) for rule in record.rules],
        },
        "det": [{"id": _token(name), "n": count} for name, count in record.detections],
        "warn": [_warning(warning) for warning in record.warnings],
    }
    if record.of:
        clear["of"] = record.of
    if record.host:
        clear["submit"] = {"host": _token(record.host)}
    return clear, _sealed(record)


def _recipient(recipient: RecipientRecord) -> Json:
    clear: dict[str, Json] = {
        "dom": _token(recipient.domain) if recipient.clear_domain else None,
        "ext": recipient.outside,
        "via": recipient.via,
        "copy": recipient.copy,
        "known": recipient.known,
    }
    if recipient.state:
        clear |= {"state": recipient.state, "code": recipient.code, "enh": _token(recipient.enhanced), "qid": _token(recipient.queue_id)}
    return clear


def clear_message_id(message_id: str) -> str:
    """Return the Message-ID as it may stand in clear: one that this program made, or else its digest, as others may hold names."""
    return message_id if _OWN_ID.fullmatch(message_id) else "sha256:" + sha256(message_id.encode("utf-8", "replace")).hexdigest()


def _message(record: SendRecord) -> Json:
    return {
        "mid": clear_message_id(record.message_id),
        "copies": [{"sha256": copy.sha256, "size": copy.size, "method": copy.method} for copy in record.copies],
        "att": [
            {"sha256": item.sha256, "size": item.size, "type": _token(item.type), "det": [_token(name) for name in item.detectors]}
            for item in record.attachments
        ],
    }


def _warning(warning: WarningRecord) -> Json:
    choice = warning.choice.split(":", 1)[0]  # `replace:ADDRESS` names an address
    return {
        "id": warning.id if _TOKEN.fullmatch(warning.id) else _token(warning.id.split(":", 1)[0]),
        "rcpt": warning.recipient,
        "shown_ms": warning.shown_ms,
        "choice": _token(choice),
        "just": bool(warning.justification),
    }


def _sealed(record: SendRecord) -> dict[str, Json]:
    return {
        "rcpt": [{"addr": _text(item.address), "dom": item.domain, "qid": _text(item.queue_id)} for item in record.recipients],
        "mid": _text(record.message_id)[:998],
        "warn": [{"id": _text(item.id), "choice": _text(item.choice), "just": _text(item.justification)} for item in record.warnings],
    }


def _name(text: str) -> str:
    """Return a name that the organisation's policy gives: any words, but never an address."""
    return "sealed" if "@" in text else _text(text)[:128]


def _token(text: str) -> str:
    return text if not text or _TOKEN.fullmatch(text) else "sealed"


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # lone surrogates have no canonical form
