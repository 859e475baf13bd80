"""The demo's certificates, made at its first start: a root for servers, a root for mail, and what they issue."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from securemail_desktop.message.address import Address

_YEARS = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority: its certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key as PEM."""

    certificate: bytes
    key: bytes


def make_authority(name: str) -> Authority:
    """Return a new root authority (P-256)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = _builder(subject, subject, key.public_key(), _YEARS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Authority(builder.sign(key, hashes.SHA256()), key)


def issue_server(authority: Authority, names: tuple[str, ...]) -> Issued:
    """Return a TLS server certificate for host names and 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    hosts: list[x509.GeneralName] = [x509.DNSName(n) for n in names]
    hosts.append(x509.IPAddress(IPv4Address("127.0.0.1")))
    builder = _leaf(authority, _name(names[0]), key.public_key(), ExtendedKeyUsageOID.SERVER_AUTH)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return _issued(builder.sign(authority.key, hashes.SHA256()), key)


def issue_mail(authority: Authority, address: Address) -> Issued:
    """Return an S/MIME certificate (RSA-2048: every mail program reads it) for signing and encryption."""
    key = rsa.generate_private_key(65537, 2048)
    builder = _leaf(authority, _name(address.name), key.public_key(), ExtendedKeyUsageOID.EMAIL_PROTECTION)
    builder = builder.add_extension(_usage(digital_signature=True, key_encipherment=True), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address.spec)]), critical=False)
    return _issued(builder.sign(authority.key, hashes.SHA256()), key)


def pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.write_bytes(content)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Demo"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + life)


def _leaf(
    authority: Authority, subject: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, purpose: x509.ObjectIdentifier
) -> x509.CertificateBuilder:
    builder = _builder(subject, authority.certificate.subject, key, timedelta(days=825))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    return builder.add_extension(issuer, critical=False)


def _usage(
    *, digital_signature: bool = False, key_encipherment: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _issued(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> Issued:
    plain = serialization.NoEncryption()
    return Issued(pem(certificate), key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
