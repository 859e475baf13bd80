"""A connection to a directory (LDAP, RFC 4511).

Rules: always under TLS with the name verified; anonymous; read-only; no referrals; a few seconds.
"""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import ldap3
import truststore
from ldap3.core.exceptions import LDAPException, LDAPNoSuchObjectResult

from securemail_desktop.encryption.errors import LookUpFailed

SECONDS = 4
Entry = Mapping[str, list[bytes]]
"""The attributes of an entry, with their values as they came."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory's place: `ldaps://host[:port]/base`, or `ldap://`, where STARTTLS comes before anything else (RFC 4516)."""

    host: str
    port: int
    base: str
    start_tls: bool

    @property
    def whom(self) -> str:
        """Return its name in words that follow "asked"."""
        return f"the directory {self.host}"


def directory(url: str) -> Directory:
    """Parse an address of a directory; raise `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in {"ldaps", "ldap"} or not parts.hostname or parts.username:
        raise ValueError("expected ldaps://host/base")
    start_tls = parts.scheme == "ldap"
    return Directory(parts.hostname, parts.port or (389 if start_tls else 636), unquote(parts.path.lstrip("/")), start_tls)


class Asking:
    """An open connection."""

    def __init__(self, connection: ldap3.Connection, base: str) -> None:
        """Search below the base."""
        self._connection, self._base = connection, base

    def below(self, wanted: str, attributes: Sequence[str], most: int) -> tuple[Entry, ...]:
        """Return at most so many entries that a filter (RFC 4515) fits."""
        self._connection.search(self._base, wanted, attributes=list(attributes), size_limit=most, time_limit=SECONDS)
        return self._entries()

    def at(self, name: str, attributes: Sequence[str]) -> tuple[Entry, ...]:
        """Return the entry of a distinguished name, or nothing."""
        try:
            self._connection.search(name, "(objectClass=*)", ldap3.BASE, attributes=list(attributes), size_limit=1, time_limit=SECONDS)
        except LDAPNoSuchObjectResult:
            return ()
        return self._entries()

    def _entries(self) -> tuple[Entry, ...]:
        return tuple(entry["raw_attributes"] for entry in self._connection.response or () if entry.get("type") == "searchResEntry")


@contextmanager
def asking(place: Directory, context: ssl.SSLContext | None = None) -> Iterator[Asking]:
    """Connect, and trust what the operating system trusts unless a context says otherwise; raise `LookUpFailed`, also for what goes wrong inside."""
    trusted = context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    connection = _connection(place, trusted)
    try:
        try:
            connection.open()
            if place.start_tls:
                connection.start_tls()
            connection.bind()
            yield Asking(connection, place.base)
        finally:
            left = connection.socket
            connection.unbind()
            if left is not None:
                left.close()  # ldap3 forgets the socket of a connection that did not come about
    except (LDAPException, OSError) as error:
        whom = place.whom[0].upper() + place.whom[1:]
        raise LookUpFailed(f"{whom} gives no sound answer, or cannot prove that it is what it says.") from error


def values(entry: Entry, name: str) -> list[bytes]:
    """Return an attribute's values, whatever options stand behind its name: `;binary` (RFC 4522), or the range of a large list ([MS-ADTS])."""
    return [value for key, found in entry.items() if key.partition(";")[0].lower() == name.lower() for value in found]


def _connection(place: Directory, context: ssl.SSLContext) -> ldap3.Connection:
    server = ldap3.Server(
        place.host, place.port, use_ssl=not place.start_tls, tls=_Tls(context), get_info=ldap3.NONE, connect_timeout=SECONDS
    )
    return ldap3.Connection(
        server,
        auto_bind=ldap3.AUTO_BIND_NONE,
        read_only=True,
        auto_referrals=False,
        receive_timeout=SECONDS,
        check_names=False,
        raise_exceptions=True,
    )


class _Tls(ldap3.Tls):  # type: ignore[misc]  # ldap3 ships no types
    """ldap3's TLS with a context of ours, which trusts what the operating system trusts and verifies the name."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        connection.socket = self._context.wrap_socket(
            connection.socket, do_handshake_on_connect=do_handshake, server_hostname=connection.server.host
        )
