"""Sealing what must not stand in clear in a record: recipient addresses and reasons. HPKE, RFC 9180, base mode.

DHKEM(X25519), HKDF-SHA256, AES-256-GCM. Only the holder of the organisation's private key opens it; the device that sealed it cannot. `info` binds
a sealed field to its record, so that it cannot be moved to another. The plaintext is filled up with blanks: its length tells little.
"""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from securemail_desktop.audit.canonical import Json, canonical, parse_canonical

_BLOCK = 256


class SealBroken(Exception):
    """The sealed field does not belong to this key and record, or was changed."""


def seal(fields: dict[str, Json], public_key: bytes, rid: str) -> str:
    """Return the base64 HPKE ciphertext of the fields for the raw X25519 public key."""
    plain = canonical(fields)
    padded = plain.ljust(-(-len(plain) // _BLOCK) * _BLOCK)
    return b64encode(_suite().encrypt(padded, X25519PublicKey.from_public_bytes(public_key), _info(rid))).decode()


def unseal(sealed: str, private_key: bytes, rid: str) -> dict[str, Json]:
    """Return the fields that were sealed into the record of this rid; raise `SealBroken`."""
    try:
        padded = _suite().decrypt(b64decode(sealed, validate=True), X25519PrivateKey.from_private_bytes(private_key), _info(rid))
        return parse_canonical(padded.rstrip(b" "))
    except (InvalidTag, ValueError) as error:
        raise SealBroken("The sealed part of this record does not open with this key.") from error


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _info(rid: str) -> bytes:
    return b"securemail-desktop audit v1\x00" + rid.encode()
