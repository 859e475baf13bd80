"""What opening a received message found, named as in the contract of `securemail open`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from securemail_desktop.encryption.autocrypt import Announced
from securemail_desktop.encryption.method import Method


class SignatureVerdict(StrEnum):
    """PARTIAL: it is good, but covers only a part, or only the sealed outside."""

    VALID = "valid"
    INVALID = "invalid"
    NONE = "none"
    PARTIAL = "partial"


class Integrity(StrEnum):
    """Whether anybody could have changed the content on its way without being noticed."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the message: decoded bytes; `text` for text parts only, decoded, with line feeds, else empty.

    `inline` and `attached` are what its Content-Disposition says (RFC 2183); neither where there is none. `declared` is the content type with the
    parameters that a file needs to be read elsewhere: "text/csv; charset=koi8-r".
    """

    content_type: str
    filename: str
    content: bytes
    text: str = ""
    content_id: str = ""
    inline: bool = False
    attached: bool = False
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The whole finding. `method` protected it on the way (NONE: nothing did); `signer` are the signer's addresses or empty.

    `from_matches` when a signature that counts was made by the one address in From. `subject` is the protected one where there is one that
    can be relied on. Nothing of a message that could not be decrypted is in `parts`. `warnings` are sentences for people.
    `certificates` (DER, the signer's first) came with the signature when it counts and is that of the address in From. `announced` are the keys that
    headers tell, the author's and, from inside of an encryption, those of others; nobody vouches for them. `date` is the message's own, if any.
    `abilities` are what the signer's program announced (`Signature.abilities`), and `signed_at` when, like `certificates`.
    """

    method: Method
    decrypted: bool
    signature: SignatureVerdict
    signer: str
    from_matches: bool
    integrity: Integrity
    subject: str
    parts: tuple[Part, ...]
    warnings: tuple[str, ...]
    certificates: tuple[bytes, ...] = ()
    announced: Announced | None = None
    gossiped: tuple[Announced, ...] = ()
    date: datetime | None = None
    abilities: frozenset[str] | None = None
    signed_at: datetime | None = None
