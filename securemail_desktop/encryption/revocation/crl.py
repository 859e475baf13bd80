"""Lists of revoked certificates (RFC 5280, 5).

Rules: the list is the issuer's own, signed by it, whole, and not past its next update; what it might leave out makes it no answer.
"""

from datetime import datetime, timedelta

from cryptography import x509

from securemail_desktop.encryption.smime.der import HOSTILE
from securemail_desktop.encryption.standing import Standing, State

_SKEW = timedelta(minutes=5)
_AGE = timedelta(days=7)
_HASHES = frozenset({"sha256", "sha384", "sha512"})


def places(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return where the certificate says that its issuer's lists are."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *HOSTILE):
        return ()
    named = [name.value for point in points if not point.reasons and not point.crl_issuer for name in point.full_name or ()]
    return tuple(place for place in named if isinstance(place, str))


def judge(content: bytes, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Standing | None:
    """Return what a list says of the certificate, None where it is no sound answer."""
    try:
        pem = content.lstrip()[:5] == b"-----"
        crl = x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
        until = crl.next_update_utc or crl.last_update_utc + _AGE
        if not _is_whole(crl, issuer) or not crl.last_update_utc - _SKEW <= now <= until + _SKEW:
            return None
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    except HOSTILE:
        return None
    return Standing(State.REVOKED, now, until, entry.revocation_date_utc) if entry else Standing(State.GOOD, now, until)


def _is_whole(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    digest = crl.signature_hash_algorithm
    if digest is not None and digest.name not in _HASHES:
        return False
    if crl.issuer != issuer.subject or not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # another kind of key raises
        return False
    return not any(extension.critical and not _harmless(extension.value) for extension in crl.extensions)


def _harmless(value: x509.ExtensionType) -> bool:
    """Say whether a critical extension leaves the list one of all people's certificates."""
    if not isinstance(value, x509.IssuingDistributionPoint):
        return False
    return not (value.indirect_crl or value.only_contains_ca_certs or value.only_some_reasons or value.only_contains_attribute_certs)
