"""Header protection: the message's headers inside the protected content, a bare minimum outside (RFC 9788).

Rules: encrypted messages carry `hp="cipher"`, every header inside, and `HP-Outer` for each one that stands outside; outside the subject is
`[...]` and keywords and comments are missing (hcp_baseline). PGP/MIME also says `protected-headers="v1"`, which is all that Thunderbird reads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.encryption.entity import CRLF, Entity, field_name, fields
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.compose import header_block

HIDDEN_SUBJECT = "[...]"
_REMOVED = frozenset({"keywords", "comments"})
_CONTENT_TYPE = re.compile(rb"content-type:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Covered:
    """What a payload's protected headers say: raw values of subject and From, empty where there is none."""

    subject: str
    sender: str


def exposed(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers that stand outside of an encrypted message."""
    return tuple((name, HIDDEN_SUBJECT if name.lower() == "subject" else value) for name, value in headers if name.lower() not in _REMOVED)


def payload(headers: Sequence[tuple[str, str]], entity: bytes, method: Method, more: bytes = b"") -> bytes:
    """Return the entity that is signed and encrypted: the content with `more` fields and all headers inside; raise `ComposeError`."""
    end = entity.index(CRLF + CRLF) + len(CRLF)
    outer = [b"HP-Outer: " + field for field in fields(header_block(exposed(headers))) if not _structural(field)]
    inner = fields(header_block(headers) + entity[:end])
    own = [field for field in inner if not _structural(field)]
    structural = [_marked(field, method) if _CONTENT_TYPE.match(field) else field for field in inner if _structural(field)]
    return b"".join(
        [more, CRLF.join([*own, *outer, *structural]), CRLF, memoryview(entity)[end:]]
    )  # the body is copied once: it may be large


def covered(payload: Entity) -> Covered | None:
    """Return the protected headers of a payload, None where it has none (RFC 9788, 4; `protected-headers` of older programs)."""
    if payload.parameter("hp") not in {"cipher", "clear"} and payload.parameter("protected-headers") != "v1":
        return None
    return Covered(str(payload.headers.get("Subject", "")), str(payload.headers.get("From", "")))


def _structural(field: bytes) -> bool:
    name = field_name(field)
    return name == "mime-version" or name.startswith("content-")


def _marked(field: bytes, method: Method) -> bytes:
    marks = b';\r\n hp="cipher"'
    return field + marks + (b';\r\n protected-headers="v1"' if method is Method.OPENPGP else b"")
