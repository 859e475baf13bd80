"""Certificates of people in directories: `userCertificate` (RFC 4523), `userSMIMECertificate` (RFC 2798). A few entries are looked at."""

import ssl

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from ldap3.utils.conv import escape_filter_chars

from securemail_desktop.encryption.discovery.directory import Directory, Entry, asking, values
from securemail_desktop.encryption.discovery.source import LARGEST, MOST, Found
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

_CERTIFICATE, _SMIME = "userCertificate", "userSMIMECertificate"
_ASKED = (f"{_CERTIFICATE};binary", f"{_SMIME};binary", _SMIME)  # OpenLDAP has the second without the option of RFC 4522


class Ldap:
    """One directory."""

    origin = Origin.LDAP

    def __init__(self, place: Directory, context: ssl.SSLContext | None = None) -> None:
        """Connect nothing yet."""
        self._place, self._context = place, context
        self.whom = place.whom

    def look_up(self, address: Address) -> tuple[Found, ...]:
        """Return the certificates of the entries that have this address."""
        with asking(self._place, self._context) as directory:
            entries = directory.below(f"(mail={escape_filter_chars(address.spec)})", _ASKED, MOST)
        found = [der for entry in entries for der in (*_small(entry, _CERTIFICATE), *_bundled(_small(entry, _SMIME)))]
        return tuple(Found(Method.SMIME, der) for der in dict.fromkeys(found))[:MOST]


def _small(entry: Entry, name: str) -> list[bytes]:
    return [value for value in values(entry, name)[:MOST] if len(value) <= LARGEST]


def _bundled(bundles: list[bytes]) -> list[bytes]:
    """Return the certificates of PKCS #7 bundles; what is none has none."""
    found: list[bytes] = []
    for bundle in bundles:
        try:
            found += [certificate.public_bytes(Encoding.DER) for certificate in load_der_pkcs7_certificates(bundle)]
        except (ValueError, x509.InvalidVersion):
            continue
    return found
