"""The recovery key, divided so that two of its holders are needed: made once, offline; put together when something was lost.

Rules: each holder has a file of his own under a passphrase of his own, which holds everything but the others' secrets; nobody needs a third file.
The private key is encrypted (AES-256-GCM) under a random key, and that one is wrapped (RFC 3394) once for every pair of holders, under what HKDF
(RFC 5869) makes of both their secrets. One holder alone has nothing that he could try. The certificate's fingerprint is bound to all of it.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any, cast

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from cryptography.x509.oid import NameOID

from securemail_desktop.encryption.errors import KeyRefused, NotImportable
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.store.errors import StoreError, WrongPassphrase
from securemail_desktop.store.passphrase import unwrap, wrap

MOST = 9  # holders
_BITS, _YEARS = 4096, 20
_MARK = "securemail-recovery-share"
_LONGEST_NAME = 64  # RFC 5280, appendix A: ub-common-name


@dataclass(frozen=True, slots=True)
class Made:
    """A new recovery key: the certificate for the policy, in PEM, and one file a holder, in their order."""

    certificate: str
    shares: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One holder's file, read: `number` is his place among the holders, `wrapped` his secret under his passphrase."""

    certificate: x509.Certificate
    holders: tuple[str, ...]
    number: int
    wrapped: str
    nonce: bytes
    box: bytes
    pairs: Mapping[str, bytes]

    @property
    def holder(self) -> str:
        """Return whose it is."""
        return self.holders[self.number]


def make(organisation: str, holders: Sequence[tuple[str, str]], now: datetime) -> Made:
    """Make a recovery key for holders, (name, passphrase) each; raise `ValueError` unless there are two to nine of different names."""
    names = [name for name, _ in holders]
    if not 2 <= len(names) <= MOST or len(set(names)) != len(names) or not all(names):
        raise ValueError(f"expected two to {MOST} holders of different names")
    key = rsa.generate_private_key(65537, _BITS)
    certificate = _certificate(organisation, key, now)
    common, held = _divided(key, certificate, names)
    shares = [
        json.dumps({**common, "number": number, "wrapped": wrap(secret, passphrase)}, indent=1).encode("ascii") + b"\n"
        for number, (secret, (_, passphrase)) in enumerate(zip(held, holders, strict=True))
    ]
    return Made(_pem(certificate), tuple(shares))


def read_share(content: bytes) -> Share:
    """Return a holder's file; raise `NotImportable` for anything else."""
    try:
        share = _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotImportable("This is not one person's part of a recovery key.") from error
    if not 0 <= share.number < len(share.holders):
        raise NotImportable("This part of a recovery key is damaged: take another copy of the file.")
    return share


def united(one: Share, other: Share, passphrases: tuple[str, str]) -> Identity:
    """Return the recovery key of two holders; raise `KeyRefused` when they are one person, of different keys, or a passphrase is wrong."""
    if one.certificate != other.certificate:
        raise KeyRefused("These are parts of two different recovery keys.")
    if one.number == other.number:
        raise KeyRefused(f"Both parts are those of {one.holder}: two different people are needed.")
    first, second = sorted(zip((one, other), passphrases, strict=True), key=lambda pair: pair[0].number)
    pair = _pair_key(_secret(*first), _secret(*second), one.certificate)
    try:
        content_key = aes_key_unwrap(pair, one.pairs[_name(first[0].number, second[0].number)])
        der = AESGCM(content_key).decrypt(one.nonce, one.box, _bound(one.certificate))
    except (InvalidUnwrap, InvalidTag, KeyError, ValueError) as error:
        raise KeyRefused("The two parts do not fit together: one of the files is damaged.") from error
    return Identity(one.certificate, cast("rsa.RSAPrivateKey", load_der_private_key(der, None)))


def _parsed(found: dict[str, Any]) -> Share:
    if found[_MARK] != 1:
        raise ValueError("another version")
    return Share(
        x509.load_pem_x509_certificate(found["certificate"].encode("ascii")),
        tuple(str(name) for name in found["holders"]),
        int(found["number"]),
        str(found["wrapped"]),
        bytes.fromhex(found["nonce"]),
        bytes.fromhex(found["box"]),
        {str(pair): bytes.fromhex(wrapped) for pair, wrapped in found["pairs"].items()},
    )


def _certificate(organisation: str, key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    """Return a certificate that the key signed itself: policy names it, nobody else vouches."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Recovery key of {organisation}"[:_LONGEST_NAME])])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    return builder.not_valid_after(now + timedelta(days=365 * _YEARS)).sign(key, hashes.SHA256())


def _divided(key: rsa.RSAPrivateKey, certificate: x509.Certificate, names: Sequence[str]) -> tuple[dict[str, object], list[bytes]]:
    """Return what every holder's file has, and each holder's secret."""
    held = [secrets.token_bytes(32) for _ in names]
    content_key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pairs = {
        _name(a, b): aes_key_wrap(_pair_key(held[a], held[b], certificate), content_key).hex()
        for a, b in combinations(range(len(names)), 2)
    }
    box = AESGCM(content_key).encrypt(nonce, der, _bound(certificate))
    common = {_MARK: 1, "certificate": _pem(certificate), "holders": list(names), "nonce": nonce.hex(), "box": box.hex(), "pairs": pairs}
    return common, held


def _secret(share: Share, passphrase: str) -> bytes:
    try:
        return unwrap(share.wrapped, passphrase)
    except WrongPassphrase as error:
        raise KeyRefused(f"This is not the passphrase of the part of {share.holder}.") from error
    except StoreError as error:
        raise KeyRefused(f"The part of {share.holder} is damaged: take another copy of the file.") from error


def _pair_key(first: bytes, second: bytes, certificate: x509.Certificate) -> bytes:
    return HKDF(hashes.SHA256(), 32, _bound(certificate), b"securemail recovery pair").derive(first + second)


def _name(first: int, second: int) -> str:
    return f"{first}+{second}"


def _bound(certificate: x509.Certificate) -> bytes:
    return bytes.fromhex(sha256_of(certificate))


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")
