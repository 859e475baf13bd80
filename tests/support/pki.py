"""Certificates for tests: a root, an issuing authority and people, made once a process; and the wrong ones that must be refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from securemail_desktop.encryption.smime.identity import Identity, PrivateKey

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Wish:
    """What a person's certificate is to look like; days count from now."""

    address: str = "bob@hospital.example"
    first_day: int = -1
    last_day: int = 365
    extended: Sequence[x509.ObjectIdentifier] | None = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)
    sign: bool = True
    encrypt: bool = True
    san: bool = True
    bits: int = 2048
    curve: ec.EllipticCurve | None = None


@dataclass(frozen=True)
class Issuer:
    certificate: x509.Certificate
    key: PrivateKey


def make_key(bits: int = 2048, curve: ec.EllipticCurve | None = None) -> PrivateKey:
    return ec.generate_private_key(curve) if curve else rsa.generate_private_key(65537, bits)


@cache
def _spare(bits: int, curve: str) -> PrivateKey:
    return make_key(bits, {"secp192r1": ec.SECP192R1, "secp256r1": ec.SECP256R1, "secp521r1": ec.SECP521R1}[curve]() if curve else None)


def authority(name: str, issuer: Issuer | None = None, constraints: x509.NameConstraints | None = None) -> Issuer:
    """A certification authority: a root, or one below `issuer`."""
    key = make_key(curve=ec.SECP256R1())
    signer = issuer or Issuer(_unsigned(name, key), key)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = (
        _builder(name, signer.certificate.subject, key, -2, 3650)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), critical=False)
    )
    if constraints:
        builder = builder.add_extension(constraints, critical=True)
    return Issuer(builder.sign(signer.key, hashes.SHA256()), key)


def person(wish: Wish, issuer: Issuer, key: PrivateKey | None = None) -> Identity:
    """A certificate with its key as `wish` says; without `key` a spare one serves all."""
    key = key or _spare(wish.bits, wish.curve.name if wish.curve else "")
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    usage = _usage(digital_signature=wish.sign, key_encipherment=wish.encrypt and is_rsa, key_agreement=wish.encrypt and not is_rsa)
    builder = (
        _builder(wish.address, issuer.certificate.subject, key, wish.first_day, wish.last_day)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    if wish.extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wish.extended), critical=False)
    if wish.san:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(wish.address)]), critical=False)
    return Identity(builder.sign(issuer.key, hashes.SHA256()), key)


@dataclass(frozen=True)
class Pki:
    """The clinic's authorities and people. Carol's key is an elliptic one; mallory's authority is nobody's anchor."""

    root: Issuer
    issuing: Issuer
    alice: Identity
    bob: Identity
    carol: Identity
    mallory: Identity
    stranger_root: Issuer


@cache
def pki() -> Pki:
    root = authority("Clinic Root CA")
    issuing = authority("Clinic Issuing CA", root)
    stranger_root = authority("Stranger Root CA")
    alice = person(Wish("alice@clinic.example"), issuing, make_key())
    return Pki(
        root,
        issuing,
        replace(alice, chain=(issuing.certificate,)),
        person(Wish("bob@hospital.example"), issuing, make_key()),
        person(Wish("carol@clinic.example"), issuing, make_key(curve=ec.SECP256R1())),
        person(Wish("alice@clinic.example"), stranger_root),
        stranger_root,
    )


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def key_pem(key: PrivateKey, password: str = "") -> str:
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection).decode("ascii")


def pkcs12(identity: Identity, password: str) -> bytes:
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return serialize_key_and_certificates(b"me", identity.key, identity.certificate, identity.chain, protection)


def _builder(name: str, issuer: x509.Name, key: PrivateKey, first_day: int, last_day: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=first_day))
        .not_valid_after(NOW + timedelta(days=last_day))
    )


def _unsigned(name: str, key: PrivateKey) -> x509.Certificate:
    """A certificate that only lends its subject to a root's issuer field."""
    return _builder(name, _name(name), key, -2, 3650).sign(key, hashes.SHA256())


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Clinic"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(
    digital_signature: bool = False,
    key_encipherment: bool = False,
    key_agreement: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=key_agreement,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
