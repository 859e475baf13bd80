"""Header protection: the message's headers inside the protected content, a bare minimum outside (RFC 9788).

Rules: encrypted messages carry `hp="cipher"`, every header inside, and `HP-Outer` for each one that stands outside; outside the subject is
`[...]` and keywords and comments are missing (hcp_baseline). PGP/MIME also says `protected-headers="v1"`, which is all that Thunderbird reads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.encryption.entity import CRLF, Entity, field_name, fields, split_block
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.compose import assemble

HIDDEN_SUBJECT = "[...]"
_REMOVED = frozenset({"keywords", "comments"})
_EMPTY = b"Content-Type: text/plain\r\n\r\n"
_CONTENT_TYPE = re.compile(rb"content-type:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Covered:
    """What a payload's protected headers say: raw values of subject and From, empty where there is none."""

    subject: str
    sender: str


def exposed(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers that stand outside of an encrypted message."""
    return tuple((name, HIDDEN_SUBJECT if name.lower() == "subject" else value) for name, value in headers if name.lower() not in _REMOVED)


def payload(headers: Sequence[tuple[str, str]], entity: bytes, method: Method) -> bytes:
    """Return the entity that is signed and encrypted: the content with all headers inside. Raise `ComposeError`."""
    block, body = split_block(assemble(headers, entity))
    outside, _ = split_block(assemble(exposed(headers), _EMPTY))
    outer = [b"HP-Outer: " + field for field in fields(outside) if not _structural(field)]
    inner = [_marked(field, method) if _CONTENT_TYPE.match(field) else field for field in fields(block)]
    own = [field for field in inner if not _structural(field)]
    return b"".join([CRLF.join([*own, *outer, *(field for field in inner if _structural(field))]), CRLF, CRLF, body])


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
