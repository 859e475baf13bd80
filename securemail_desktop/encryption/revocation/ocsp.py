"""OCSP: what an authority says of one certificate now (RFC 6960, RFC 9654 leaves the nonce to responders; RFC 5019 wants SHA-1 in the request).

Rules: the answer is about this certificate, signed by its issuer or by somebody whom the issuer named for it, and not older than it says itself.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from securemail_desktop.encryption.smime.certificate import is_issued_by
from securemail_desktop.encryption.smime.der import HOSTILE
from securemail_desktop.encryption.standing import Standing, State

_SKEW = timedelta(minutes=5)
_AGE = timedelta(days=7)  # of an answer that does not say until when it is good


def places(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the responders that the certificate names."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, *HOSTILE):
        return ()
    named = [d.access_location.value for d in access if d.access_method == AuthorityInformationAccessOID.OCSP]
    return tuple(place for place in named if isinstance(place, str))


def request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return the request for one certificate."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - names the issuer, protects nothing
    return builder.build().public_bytes(Encoding.DER)


def judge(response: bytes, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Standing | None:
    """Return what a response says of the certificate, None where it is no sound answer."""
    try:
        answer = ocsp.load_der_ocsp_response(response)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or not _is_signed(answer, issuer, now):
            return None
        single = next((s for s in answer.responses if _is_about(s, certificate, issuer)), None)
        return _standing(single, now) if single else None
    except HOSTILE:
        return None


def _standing(single: ocsp.OCSPSingleResponse, now: datetime) -> Standing | None:
    until = single.next_update_utc or single.this_update_utc + _AGE
    if not single.this_update_utc - _SKEW <= now <= until + _SKEW:
        return None
    match single.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Standing(State.GOOD, now, until)
        case ocsp.OCSPCertStatus.REVOKED:
            return Standing(State.REVOKED, now, until, single.revocation_time_utc)
        case _:
            return None


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Compare with what a request for this certificate says: serial number, and digests of the issuer's name and key."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, single.hash_algorithm)
    asked = builder.build()
    names = (asked.serial_number, asked.issuer_name_hash, asked.issuer_key_hash)
    return (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == names


def _is_signed(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> bool:
    return any(_verifies(answer, signer) for signer in (issuer, *_delegates(answer, issuer, now)))


def _delegates(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> Iterator[x509.Certificate]:
    """Return the certificates in the answer by which the issuer named somebody to answer for it (RFC 6960, 4.2.2.2)."""
    for certificate in answer.certificates:
        try:
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (x509.ExtensionNotFound, *HOSTILE):
            continue
        named = ExtendedKeyUsageOID.OCSP_SIGNING in usage and is_issued_by(certificate, issuer)
        if named and certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            yield certificate


def _verifies(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, digest, signed = signer.public_key(), answer.signature_hash_algorithm, answer.tbs_response_bytes
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(answer.signature, signed)
        elif not isinstance(digest, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
            return False
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, signed, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
