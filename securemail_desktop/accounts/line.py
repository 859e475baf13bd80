"""One TCP connection to a mail server, encrypted and verified, that another thread can end.

Rules: TLS 1.2 or newer; the certificate must be for `Server.host`, wherever the connection goes; trust comes from the server's own `ca_file`
or else from the operating system. RFC 8314 (TLS for access and submission), RFC 9325 (recommendations for TLS), RFC 6125 (names).
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import truststore

from securemail_desktop.accounts.errors import NotTrusted, Unreachable
from securemail_desktop.accounts.settings import Security, Server

_TOO_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "WRONG_SSL_VERSION"})
# X509_V_ERR_... of OpenSSL's x509_vfy.h
_UNKNOWN_ISSUER = "nobody whom this computer trusts has issued it"
_FLAWS = {
    9: "it is not valid yet",
    10: "it has expired",
    **dict.fromkeys((2, 7, 18, 19, 20, 21), _UNKNOWN_ISSUER),
    62: "it was issued for another name",
    64: "it was issued for another address",
}
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection with TLS, for one reply, and for the reply after a message (RFC 5321 4.5.3.2.6: 10 minutes)."""

    connect: float = 15.0
    reply: float = 60.0
    final: float = 600.0


class Line:
    """The connection of one session at a time; `open` may be called again after `close`."""

    def __init__(self, server: Server, timeouts: Timeouts) -> None:
        """Keep where to connect; nothing is connected yet."""
        self.server = server
        self.timeouts = timeouts
        self._socket: socket.socket | None = None
        self._interrupted = False
        self._guard = threading.Lock()

    def open(self) -> socket.socket:
        """Connect, and encrypt at once where the server's setting is TLS; raise `Unreachable` or `NotTrusted`."""
        self._interrupted = False
        with self.translated():
            plain = self._connect()
            return self.wrap_socket(plain) if self.server.security is Security.TLS else plain

    def wrap_socket(self, plain: socket.socket, server_hostname: str = "") -> ssl.SSLSocket:
        """Encrypt and verify; named like `SSLContext.wrap_socket`, so that imaplib's STARTTLS takes a line for its context.

        The name that is verified is always the setting's, not `server_hostname`.
        """
        del server_hostname
        plain.settimeout(self.timeouts.connect)
        with self.translated():
            encrypted = _context(self.server.ca_file).wrap_socket(plain, server_hostname=self.server.host)
            encrypted.settimeout(self.timeouts.reply)
            self._adopt(encrypted)
            return encrypted

    @property
    def tls_version(self) -> str:
        """Return the version as RFCs write it, e.g. "TLSv1.3"; empty before TLS."""
        return (self._socket.version() or "") if isinstance(self._socket, ssl.SSLSocket) else ""

    def interrupt(self) -> None:
        """End whatever waits on the connection, from any thread."""
        with self._guard:
            self._interrupted = True
            if self._socket is not None:
                _shut(self._socket)

    def close(self) -> None:
        """Let the connection go without a word."""
        with self._guard:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what sockets and TLS raise into `Unreachable` or `NotTrusted`, and let the connection go."""
        try:
            yield
        except OSError as error:
            self.close()
            raise self._explained(error) from error

    def ended(self) -> Unreachable:
        """Return the error of a connection that ended without a reply, and let it go."""
        self.close()
        if self._interrupted:
            return Unreachable(f"The session with {self.server.host} was interrupted.")
        return Unreachable(f"The connection to {self.server.host} ended unexpectedly: try again later.")

    def silent(self) -> Unreachable:
        """Return the error of a server that does not answer in time, and let the connection go."""
        self.close()
        return Unreachable(f"The server {self.server.host} did not answer in time: try again later.")

    def _connect(self) -> socket.socket:
        target = self.server.address or self.server.host
        failure: OSError = OSError(f"no address for {target}")
        for family, kind, protocol, _, address in socket.getaddrinfo(target, self.server.port, type=socket.SOCK_STREAM):
            plain = socket.socket(family, kind, protocol)
            plain.settimeout(self.timeouts.connect)
            self._adopt(plain)
            try:
                plain.connect(address)
            except OSError as error:
                plain.close()
                failure = error
                continue
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(self.timeouts.reply)
            return plain
        raise failure

    def _adopt(self, connection: socket.socket) -> None:
        """Make the socket the one that `interrupt` ends, also when it came a moment too early."""
        with self._guard:
            self._socket = connection
            if self._interrupted:
                _shut(connection)
                raise ConnectionAbortedError

    def _explained(self, error: OSError) -> Unreachable | NotTrusted:
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            return _distrust(self.server, error)
        if isinstance(error, TimeoutError):
            return self.silent()
        if isinstance(error, socket.gaierror):
            return Unreachable(f"The server {self.server.host} was not found: check its name and your network.")
        if isinstance(error, ConnectionRefusedError):
            return Unreachable(
                f"The server {self.server.host} does not answer on port {self.server.port}: it may be down; if it stays so, ask your IT."
            )
        return self.ended()


def _context(ca_file: str) -> ssl.SSLContext:
    if not ca_file:
        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        try:
            context = ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            raise NotTrusted(f"The file of trusted certificates {ca_file} cannot be read: check its path and that it is PEM.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _distrust(server: Server, error: ssl.SSLError) -> NotTrusted:
    host, reason = server.host, error.reason or "TLS error"
    if isinstance(error, ssl.SSLCertVerificationError):
        flaw = _FLAWS.get(error.verify_code, error.verify_message.rstrip("."))
        return NotTrusted(f"The certificate of {host} is not trusted ({flaw}): ask your IT before you send anything.")
    if reason in _TOO_OLD:
        return NotTrusted(f"The server {host} speaks only TLS older than 1.2, which is not safe: ask your IT.")
    if reason in _NO_TLS:
        return NotTrusted(f"The server {host} does not speak TLS on port {server.port}: check the port, or use STARTTLS.")
    return NotTrusted(f"No safe connection to {host} could be made ({reason}): ask your IT.")


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # SSLSocket.shutdown would take the TLS object away from under the thread that reads
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
