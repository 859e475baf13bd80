"""Whether a certificate may protect mail to an address, or vouch for mail from it (RFC 8550, 5280, 8398).

Rules: valid at the moment; RSA of 2,048 bits or more, a NIST curve, or Ed25519 for signatures; no SHA-1; key usage and extended key usage allow
it; the address is in the subject alternative name; it was accepted itself, or its chain ends at an anchor that was named for mail. TLS roots
never vouch. Whatever cannot be read is refused. No library checks any of this when it encrypts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from securemail_desktop.encryption.errors import KeyRefused
from securemail_desktop.encryption.smime.ability import Ability
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.encryption.standing import Standing, revoked
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)
_SMTP_UTF8_MAILBOX = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.9")
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType)


class Use(StrEnum):
    """What the certificate is to do, in words that follow "is not meant"."""

    ENCRYPT = "to receive protected mail"
    SIGN = "to sign mail"


@dataclass(frozen=True, slots=True)
class Trust:
    """Who vouches: anchors named for mail, authorities known in between, and single certificates accepted on evidence (hex SHA-256).

    `revoked` are certificates that their authority has taken back; they vouch for nobody and are nobody's.
    """

    anchors: tuple[x509.Certificate, ...] = ()
    intermediates: tuple[x509.Certificate, ...] = ()
    accepted: frozenset[str] = frozenset()
    revoked: Mapping[str, Standing] = field(default_factory=dict)
    chains: "dict[str, tuple[datetime, datetime]]" = field(init=False, default_factory=dict, compare=False, repr=False)
    """Certificates for which a chain was found, with the first and the last moment for which it holds: long lists are asked again and again."""


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """A certificate that `check` let pass for an address, and what its owner announced to be able to open. Encryption takes nothing else."""

    certificate: x509.Certificate
    address: Address
    abilities: frozenset[Ability] = frozenset()


def check(certificate: x509.Certificate, address: Address, use: Use, trust: Trust, now: datetime) -> CheckedCertificate:
    """Return the certificate as checked for this address and use at this moment; raise `KeyRefused` with the reason in words."""
    reason = flaw(certificate, address, use, now)
    if not reason and (standing := trust.revoked.get(sha256_of(certificate))):
        reason = revoked(standing, f"{address.key}'s certificate")
    if not reason and not vouched(certificate, trust, now):
        reason = f"nobody your organisation trusts has vouched for {address.key}'s certificate"
    if reason:
        raise KeyRefused(reason)
    return CheckedCertificate(certificate, address)


def flaw(certificate: x509.Certificate, address: Address, use: Use, now: datetime) -> str:
    """Return what is wrong with the certificate itself in words, or an empty text; who vouches for it is another question."""
    whose = f"{address.key}'s certificate"
    try:
        return (
            _validity(certificate, whose, now)
            or _strength(certificate, whose, use)
            or _usage(certificate, whose, use)
            or ("" if address.key in addresses(certificate) else f"the certificate belongs to someone else, not to {address.key}")
        )
    except _UNREADABLE:
        return f"{whose} cannot be read"


def addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the mailboxes of the subject alternative name as `Address.key`; names that are no mailbox are left out."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    found = [*names.get_values_for_type(x509.RFC822Name), *_utf8_mailboxes(names)]
    return tuple(key for key in map(_key, found) if key)


def vouched(certificate: x509.Certificate, trust: Trust, at: datetime) -> bool:
    """Say whether the certificate was accepted itself or its chain ends at an anchor (RFC 5280, 6), all valid at the moment."""
    name = sha256_of(certificate)
    if name in trust.revoked:
        return False
    if name in trust.accepted:
        return True
    since, until = trust.chains.get(name, (_NEVER, _NEVER))
    if since <= at <= until:
        return True
    found = bool(trust.anchors) and _has_chain(certificate, trust, at)
    if found:
        trust.chains[name] = (
            at,
            min(last for c in (certificate, *trust.anchors, *trust.intermediates) if (last := c.not_valid_after_utc) >= at),
        )
    return found


def _has_chain(certificate: x509.Certificate, trust: Trust, at: datetime) -> bool:
    policy = (
        verification.PolicyBuilder()
        .store(verification.Store(list(trust.anchors)))
        .time(at.astimezone(UTC).replace(tzinfo=None))
        .extension_policies(
            ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(),
            ee_policy=verification.ExtensionPolicy.permit_all(),
        )
    )
    try:
        policy.build_client_verifier().verify(certificate, [c for c in trust.intermediates if sha256_of(c) not in trust.revoked])
    except (verification.VerificationError, *_UNREADABLE):
        return False
    return True


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether the issuer's key signed the certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, *_UNREADABLE):
        return False
    return True


def is_authority(certificate: x509.Certificate) -> bool:
    """Say whether the certificate is one of an authority that signs others."""
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return False


def may_receive(certificate: x509.Certificate) -> bool:
    """Say whether mail may be encrypted to the certificate, whatever the time: its private key opens mail then."""
    try:
        return not isinstance(certificate.public_key(), ed25519.Ed25519PublicKey) and not _usage(certificate, "", Use.ENCRYPT)
    except _UNREADABLE:
        return False


def _validity(certificate: x509.Certificate, whose: str, now: datetime) -> str:
    if now > certificate.not_valid_after_utc:
        return f"{whose} expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
    if now < certificate.not_valid_before_utc:
        return f"{whose} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"
    return ""


def _strength(certificate: x509.Certificate, whose: str, use: Use) -> str:
    key = certificate.public_key()
    strong = (
        (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048)
        or (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES))
        or (isinstance(key, ed25519.Ed25519PublicKey) and use is Use.SIGN)
    )
    if not strong:
        return f"{whose} has a key that is too weak or of an unknown kind"
    digest = certificate.signature_hash_algorithm
    if digest is not None and not isinstance(digest, _HASHES):
        return f"{whose} was issued with {digest.name.upper()}, which can be forged"
    return ""


def _usage(certificate: x509.Certificate, whose: str, use: Use) -> str:
    if is_authority(certificate):
        return f"{whose} is one of an authority, not of a person"
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    if extended is not None and not {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(extended):
        return f"{whose} is not meant for mail"
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not _allows(usage, certificate, use):
        return f"{whose} is not meant {use.value}"
    return ""


def _allows(usage: x509.KeyUsage, certificate: x509.Certificate, use: Use) -> bool:
    if use is Use.SIGN:
        return usage.digital_signature or usage.content_commitment
    return usage.key_encipherment if isinstance(certificate.public_key(), rsa.RSAPublicKey) else usage.key_agreement


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _utf8_mailboxes(names: x509.SubjectAlternativeName) -> list[str]:
    """Return the internationalised mailboxes: a DER UTF8String each (RFC 8398)."""
    others = [name for name in names.get_values_for_type(x509.OtherName) if name.type_id == _SMTP_UTF8_MAILBOX]
    return [o.value[2:].decode("utf-8", "replace") for o in others if o.value[:1] == b"\x0c" and len(o.value) == o.value[1] + 2]


def _key(mailbox: str) -> str:
    try:
        return parse_address(mailbox).key
    except AddressError:
        return ""
