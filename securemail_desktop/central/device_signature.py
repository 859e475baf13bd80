"""The header by which an enrolled device vouches for one message on its way outside, as the program writes it and the gateway's milter reads it.

    SecureMail-Device-Signature: v=1; e=EPOCH; t=MADE; x=END; n=NONCE; r=RECIPIENT,...; h=HEAD; b=BODY; s=SIGNATURE

Rules: Ed25519 (RFC 8032) over all the other fields, with a prefix of its own. The head is taken as DKIM's relaxed form takes it and the body
without the line ends at its end (RFC 6376, 3.4), so that relays which fold anew break nothing. Recipients stand as keyed hashes, each one for
itself: relays split messages, and nobody reads from it who else got it. Times are seconds since 1970, octets base64url without padding.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import wrap

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from securemail_desktop.message.transfer import has_whole_lines

FIELD = "SecureMail-Device-Signature"
LIFE = timedelta(days=5)  # as long as servers on the way may try (RFC 5321, 4.5.4.1)
SKEW = timedelta(minutes=10)
_PREFIX = b"securemail-device-signature-1\n"
_SIGNED_FIELDS = frozenset({"message-id", "from", "subject", "mime-version", "content-type", "content-transfer-encoding"})
_NAMES = ("v", "e", "t", "x", "n", "r", "h", "b", "s")
_HASH = 12  # octets of a recipient's hash
_NONCE = 16
_LINE_END = re.compile(rb"\r\n|\r|\n")
Head = Sequence[tuple[str, str]]
"""Names and values of header fields in their order, folded or not."""


class Unreadable(ValueError):
    """What stands in the header is no signature of this form."""


class BodyDigest:
    """SHA-256 of a body that comes in pieces, lines ending in CRLF, without the line ends at its end."""

    def __init__(self) -> None:
        """Begin with an empty body."""
        self._hash = hashlib.sha256()
        self._ends = b""

    def add(self, piece: bytes) -> None:
        """Take the next octets."""
        text = piece.rstrip(b"\r\n")
        if text:
            self._hash.update(self._ends + text)
            self._ends = b""
        self._ends += piece[len(text) :]

    def value(self) -> str:
        """Return the digest of what came so far."""
        return _text(self._hash.digest())


@dataclass(frozen=True, slots=True)
class DeviceSignature:
    """The header's fields; `recipients` are hashes."""

    epoch: str
    made: int
    ends: int
    nonce: bytes
    recipients: frozenset[str]
    head: str
    body: str
    signature: bytes = b""

    def fields(self) -> str:
        """Return what is signed, as it stands in the header."""
        listed = ",".join(sorted(self.recipients))
        return f"v=1; e={self.epoch}; t={self.made}; x={self.ends}; n={_text(self.nonce)}; r={listed}; h={self.head}; b={self.body}"

    def names(self, key: str) -> bool:
        """Say whether a recipient, by `Address.key`, is among those who were signed for."""
        return _hash_of(self.nonce, key) in self.recipients

    def flaw(self, key: Ed25519PublicKey, head: Head, body: str, recipients: Iterable[str], now: datetime) -> str:
        """Return what is wrong with it for a message on its way to recipients (`Address.key`), or empty."""
        try:
            key.verify(self.signature, _PREFIX + self.fields().encode("ascii"))
        except InvalidSignature:
            return "its signature is not the device's"
        if not self.made - SKEW.total_seconds() <= now.timestamp() < min(self.ends, self.made + LIFE.total_seconds()):
            return "its signature is of another time"
        if not hmac.compare_digest(self.head, _digest_of(head)) or not hmac.compare_digest(self.body, body):
            return "it was changed after it was signed"
        return "" if all(map(self.names, recipients)) else "it was signed for other recipients"


def sign(message: bytes, recipients: Collection[str], epoch: str, key: Ed25519PrivateKey, now: datetime) -> bytes:
    """Return the header field, with its line end, for a whole message that goes to these recipients (`Address.key`)."""
    head, body = _parted(message if has_whole_lines(message) else _LINE_END.sub(b"\r\n", message))
    nonce, made = secrets.token_bytes(_NONCE), int(now.timestamp())
    digest = BodyDigest()
    digest.add(body)
    hashes = frozenset(_hash_of(nonce, recipient) for recipient in recipients)
    unsigned = DeviceSignature(epoch, made, made + int(LIFE.total_seconds()), nonce, hashes, _digest_of(head), digest.value())
    fields = unsigned.fields()
    value = f"{fields}; s={_text(key.sign(_PREFIX + fields.encode('ascii')))}".replace(",", ", ")
    return ("\r\n\t".join(wrap(f"{FIELD}: {value}", 76, break_long_words=False, break_on_hyphens=False)) + "\r\n").encode("ascii")


def read(value: str) -> DeviceSignature:
    """Return the signature of a header's value; raise `Unreadable`."""
    pairs = [part.partition("=") for part in "".join(value.split()).split(";")]
    fields = {name: text for name, _, text in pairs}
    if not value.isascii() or tuple(name for name, _, _ in pairs) != _NAMES or fields["v"] != "1":
        raise Unreadable
    return DeviceSignature(
        fields["e"],
        _number(fields["t"]),
        _number(fields["x"]),
        _octets(fields["n"]),
        frozenset(fields["r"].split(",")),
        fields["h"],
        fields["b"],
        _octets(fields["s"]),
    )


def _parted(message: bytes) -> tuple[Head, bytes]:
    block, _, body = message.partition(b"\r\n\r\n")
    return tuple(_head_fields(block.decode("utf-8", "replace"))), body


def _head_fields(block: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\r\n(?=[ \t])", "", block).split("\r\n"):
        name, _, value = line.partition(":")
        yield name, value


def _digest_of(head: Head) -> str:
    lines = (f"{name.strip().lower()}:{' '.join(value.split())}\n" for name, value in head if name.strip().lower() in _SIGNED_FIELDS)
    return _text(hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).digest())


def _hash_of(nonce: bytes, key: str) -> str:
    return _text(hmac.digest(nonce, key.encode("utf-8"), "sha256")[:_HASH])


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unreadable from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise Unreadable
    return int(text)
