"""Directories: certificates of people by LDAP (RFC 4511, 4523 `userCertificate`, RFC 2798 `userSMIMECertificate`).

Rules: always under TLS with the name verified; anonymous; read-only; no referrals; a few entries, a few seconds.
"""

import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import ldap3
import truststore
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from securemail_desktop.encryption.discovery.source import LARGEST, MOST, Found
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

_SECONDS = 4
_CERTIFICATE, _SMIME = "userCertificate", "userSMIMECertificate"
_ASKED = (f"{_CERTIFICATE};binary", f"{_SMIME};binary", _SMIME)  # OpenLDAP has the second without the option of RFC 4522


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory's place: `ldaps://host[:port]/base`, or `ldap://`, where STARTTLS comes before anything else (RFC 4516)."""

    host: str
    port: int
    base: str
    start_tls: bool


def directory(url: str) -> Directory:
    """Parse an address of a directory; raise `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in {"ldaps", "ldap"} or not parts.hostname or parts.username:
        raise ValueError("expected ldaps://host/base")
    start_tls = parts.scheme == "ldap"
    return Directory(parts.hostname, parts.port or (389 if start_tls else 636), unquote(parts.path.lstrip("/")), start_tls)


class Ldap:
    """One directory."""

    origin = Origin.LDAP

    def __init__(self, place: Directory, context: ssl.SSLContext | None = None) -> None:
        """Trust what the operating system trusts, unless a context says otherwise; connect nothing yet."""
        self._place = place
        self._context = context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.whom = f"the directory {place.host}"

    def look_up(self, address: Address) -> tuple[Found, ...]:
        """Return the certificates of the entries that have this address."""
        try:
            return self._search(address)
        except (LDAPException, OSError) as error:
            raise LookUpFailed(
                f"{self.whom[0].upper()}{self.whom[1:]} gives no sound answer, or cannot prove that it is what it says."
            ) from error

    def _search(self, address: Address) -> tuple[Found, ...]:
        place = self._place
        server = ldap3.Server(
            place.host, place.port, use_ssl=not place.start_tls, tls=_Tls(self._context), get_info=ldap3.NONE, connect_timeout=_SECONDS
        )
        connection = ldap3.Connection(
            server,
            auto_bind=ldap3.AUTO_BIND_NONE,
            read_only=True,
            auto_referrals=False,
            receive_timeout=_SECONDS,
            check_names=False,
            raise_exceptions=True,
        )
        try:
            connection.open()
            if place.start_tls:
                connection.start_tls()
            connection.bind()
            wanted = f"(mail={escape_filter_chars(address.spec)})"
            connection.search(place.base, wanted, attributes=list(_ASKED), size_limit=MOST, time_limit=_SECONDS)
            entries = [entry["raw_attributes"] for entry in connection.response or () if entry.get("type") == "searchResEntry"]
        finally:
            connection.unbind()
        found = [der for entry in entries for der in (*_values(entry, _CERTIFICATE), *_bundled(_values(entry, _SMIME)))]
        return tuple(Found(Method.SMIME, der) for der in dict.fromkeys(found))[:MOST]


class _Tls(ldap3.Tls):  # type: ignore[misc]  # ldap3 ships no types
    """ldap3's TLS with a context of ours, which trusts what the operating system trusts and verifies the name."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        connection.socket = self._context.wrap_socket(
            connection.socket, do_handshake_on_connect=do_handshake, server_hostname=connection.server.host
        )


def _values(entry: dict[str, list[bytes]], name: str) -> list[bytes]:
    """Return an attribute's values, with the option `;binary` and without."""
    wanted = {name.lower(), f"{name.lower()};binary"}
    return [value for key, values in entry.items() if key.lower() in wanted for value in values[:MOST] if len(value) <= LARGEST]


def _bundled(bundles: list[bytes]) -> list[bytes]:
    """Return the certificates of PKCS #7 bundles; what is none has none."""
    found: list[bytes] = []
    for bundle in bundles:
        try:
            found += [certificate.public_bytes(Encoding.DER) for certificate in load_der_pkcs7_certificates(bundle)]
        except (ValueError, x509.InvalidVersion):
            continue
    return found
