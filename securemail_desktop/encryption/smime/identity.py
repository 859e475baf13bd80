"""A person's own certificate with its private key: signs what he sends and opens what he gets."""

from dataclasses import dataclass, field
from typing import TypeGuard

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Identity:
    """Certificate and private key belong together; `chain` are the authorities that a receiver may not have, nearest first."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()


def sha256_of(certificate: x509.Certificate) -> str:
    """Return the hex SHA-256 of the certificate: its name in every mapping of the program."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def is_private_key(key: object) -> TypeGuard[PrivateKey]:
    """Say whether the key is of a kind that identities use."""
    return isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey)
