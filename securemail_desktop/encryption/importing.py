"""Bring certificates and keys into the ring: PKCS #12, PEM, DER, PKCS #7 bundles, OpenPGP armour and binary.

Rules: a private key makes its certificate the user's own; others' keys count only when somebody vouches for them; a key that was accepted stays
so when it is imported again; a file that cannot be read changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates, load_pem_pkcs7_certificates
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from securemail_desktop.encryption.errors import NoKey, NotImportable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp.importing import import_keys as import_openpgp
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import addresses, is_authority
from securemail_desktop.encryption.smime.identity import PrivateKey, is_private_key, sha256_of

_PGP_ARMOUR = b"-----BEGIN PGP "
_PGP_PACKETS = frozenset(range(0x94, 0x9C)) | {0xC5, 0xC6}  # secret and public key packets, old and new form (RFC 4880, 4.2)

_UNREADABLE = (ValueError, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class _Bundle:
    certificates: tuple[x509.Certificate, ...]
    keys: tuple[PrivateKey, ...]


def import_file(content: bytes, password: str, accept: bool, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    """Import what a file holds; return the records, one a certificate or key. Raise `NotImportable`, `NoGnuPG`.

    `password` opens private keys, empty where there is none. `accept` is the user's decision to trust the keys of others in the file.
    """
    if _PGP_ARMOUR in content or (content[:1] and content[0] in _PGP_PACKETS):
        return _openpgp(content, password, accept, ring, now)
    bundle = _read(content, password.encode("utf-8") or None)
    if not bundle.certificates:
        raise NotImportable("The file holds a private key without its certificate: import both together.")
    return tuple([_keep(certificate, bundle.keys, accept, ring, now) for certificate in bundle.certificates])


def keep_all(certificates: Sequence[x509.Certificate], pkcs8: bytes, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    """Keep certificates, one of which belongs to the private key (PKCS #8 DER); return their records. Raise `NotImportable`."""
    try:
        key = load_der_private_key(pkcs8, None)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotImportable("A private key cannot be read.") from error
    keys = (key,) if is_private_key(key) else ()
    return tuple([_keep(certificate, keys, False, ring, now) for certificate in certificates])


def _openpgp(content: bytes, password: str, accept: bool, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    keys = import_openpgp(content, password, ring.home(), ring.passphrase())
    drafts = [
        KeyRecord(Method.OPENPGP, key.fingerprint, Role.OWN if key.secret else Role.OTHER, key.addresses, accept, "", now) for key in keys
    ]
    return tuple([_record(draft, ring) for draft in drafts])


def _keep(certificate: x509.Certificate, keys: Sequence[PrivateKey], accept: bool, ring: KeyRing, now: datetime) -> KeyRecord:
    private = next((key for key in (*keys, *ring.requested()) if _belongs(key, certificate)), None)
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) if private else b""
    role = Role.OWN if private else Role.AUTHORITY if is_authority(certificate) else Role.OTHER
    ring.keep_certificate(certificate, pkcs8)
    if private is not None:
        ring.answer_request(private)
    return _record(KeyRecord(Method.SMIME, sha256_of(certificate), role, addresses(certificate), accept, "", now), ring)


def _record(draft: KeyRecord, ring: KeyRing) -> KeyRecord:
    """Keep the record with its evidence; what was the user's own or accepted before stays so."""
    try:
        before = ring.record(draft.method, draft.key)
    except NoKey:
        before = draft
    role = Role.OWN if Role.OWN in {draft.role, before.role} else draft.role
    if before.refused:
        record = before  # a key that was given up does not come back with a file
    elif before.accepted:
        record = replace(
            draft, role=role, accepted=True, evidence=before.evidence or _evidence(role, True, draft.obtained), obtained=before.obtained
        )
    else:
        accepted = draft.accepted or role is Role.OWN
        record = replace(draft, role=role, accepted=accepted, evidence=_evidence(role, accepted, draft.obtained))
    ring.keep(record)
    return record


def _evidence(role: Role, accepted: bool, when: datetime) -> str:
    if role is Role.OWN:
        return f"your own, imported on {when:%Y-%m-%d}"
    return f"imported from a file on {when:%Y-%m-%d}, {'accepted by you' if accepted else 'not accepted yet'}"


def _belongs(key: PrivateKey, certificate: x509.Certificate) -> bool:
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        return key.public_key().public_bytes(*form) == certificate.public_key().public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm):
        return False


def _read(content: bytes, password: bytes | None) -> _Bundle:
    if b"-----BEGIN " in content:
        return _read_pem(content, password)
    for attempt in (_read_certificate, _read_pkcs7):
        try:
            return attempt(content)
        except _UNREADABLE:
            continue
    return _read_pkcs12(content, password)


def _read_pem(content: bytes, password: bytes | None) -> _Bundle:
    try:
        if b"-----BEGIN PKCS7" in content:
            return _Bundle(tuple(load_pem_pkcs7_certificates(content)), ())
        certificates = x509.load_pem_x509_certificates(content) if b"-----BEGIN CERTIFICATE" in content else []
        return _Bundle(tuple(certificates), _known([load_pem_private_key(content, password)] if b"PRIVATE KEY-----" in content else []))
    except TypeError as error:  # cryptography says so when a password is missing or too much
        raise NotImportable(
            "The private key needs its password, or has none." if password is None else "The private key has no password."
        ) from error
    except (*_UNREADABLE, UnsupportedAlgorithm) as error:
        raise NotImportable("The PEM file cannot be read: it is damaged, or the password is wrong.") from error


def _read_certificate(content: bytes) -> _Bundle:
    return _Bundle((x509.load_der_x509_certificate(content),), ())


def _read_pkcs7(content: bytes) -> _Bundle:
    return _Bundle(tuple(load_der_pkcs7_certificates(content)), ())


def _read_pkcs12(content: bytes, password: bytes | None) -> _Bundle:
    try:
        store = load_pkcs12(content, password)
    except (*_UNREADABLE, UnsupportedAlgorithm) as error:
        raise NotImportable("The file is neither a certificate nor a key that can be read, or its password is wrong.") from error
    own = [store.cert.certificate] if store.cert else []
    return _Bundle((*own, *(extra.certificate for extra in store.additional_certs)), _known([store.key] if store.key else []))


def _known(keys: Iterable[object]) -> tuple[PrivateKey, ...]:
    found = tuple(keys)
    if not all(is_private_key(key) for key in found):
        raise NotImportable(
            "The private key is of a kind that this program cannot use for mail: RSA, elliptic-curve and Ed25519 keys can be used."
        )
    return tuple(key for key in found if is_private_key(key))
