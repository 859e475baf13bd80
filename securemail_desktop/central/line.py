"""What every HTTPS connection of the client side shares: TLS >= 1.2 with the name verified, and a socket that `interrupt()` shuts from any thread."""

import socket
import ssl
import threading
from collections.abc import Mapping
from ipaddress import ip_address

import truststore

_TOO_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_VERSION_NUMBER"})
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete", "proxy.start_tls.complete"})


class SocketInUse:
    """The socket that an HTTP client uses right now."""

    def __init__(self) -> None:
        """Know none yet."""
        self._socket: socket.socket | None = None
        self._interrupted = threading.Event()

    @property
    def interrupted(self) -> bool:
        """Say whether its work is wanted no more."""
        return self._interrupted.is_set()

    def keep(self, event: str, info: Mapping[str, object]) -> None:
        """Note the socket in use; give it as httpcore's extension `trace`."""
        extra = getattr(info.get("return_value"), "get_extra_info", None)
        if event in _CONNECTED and extra is not None:
            self._socket = extra("socket")
            if self.interrupted:
                self.interrupt()

    def interrupt(self) -> None:
        """End whatever is under way, from any thread; the client is of no use afterwards."""
        self._interrupted.set()
        if self._socket is not None:
            try:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # SSLSocket's own would take the TLS state from under the reader
            except OSError:
                return


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a context that trusts the PEM file, or the operating system's store where it is empty; raise `OSError`, `ssl.SSLError`."""
    context = ssl.create_default_context(cafile=ca_file) if ca_file else truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def is_about_certificates(error: BaseException | None) -> bool:
    """Say whether the error, or one that led to it, is a certificate or TLS that is not trusted."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        if isinstance(error, ssl.SSLError) and error.reason in _TOO_OLD:
            return True
        error = error.__cause__ or error.__context__
    return False


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, which no proxy is asked for."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
