"""Bounded fetches from authorities' servers. Answers are signed, so plain HTTP does (RFC 6960, A.1; RFC 5280, 4.2.1.13).

Rules: never an address within the organisation or on this machine, whatever a certificate says; no redirects; a few seconds.
"""

import logging
import socket
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import truststore

from securemail_desktop.encryption.deadline import deadline
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.http_body import body_of

_TIMEOUT = httpx.Timeout(4.0, connect=3.0)  # seconds
_OCSP = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}


def is_public(host: str, port: int) -> bool:
    """Say whether every address of the host is one of the internet; an unknown host has none."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        return False
    return bool(found) and all(ip_address(address.partition("%")[0]).is_global for address in found)


class Fetcher:
    """Fetches where `allowed(host, port)`."""

    def __init__(self, allowed: Callable[[str, int], bool] = is_public) -> None:
        """Connect nothing yet."""
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._allowed = allowed

    def post(self, url: str, request: bytes, largest: int) -> bytes:
        """Return the answer to an OCSP request; raise `LookUpFailed`."""
        return self._fetch("POST", url, request, largest)

    def get(self, url: str, largest: int) -> bytes:
        """Return a file; raise `LookUpFailed`."""
        return self._fetch("GET", url, None, largest)

    def _fetch(self, method: str, url: str, content: bytes | None, largest: int) -> bytes:
        parts = urlsplit(url)
        host = parts.hostname or ""
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise LookUpFailed("The certificate names a place that is none.") from error
        if parts.scheme not in {"http", "https"} or not self._allowed(host, port):
            raise LookUpFailed(f"{host} is no place where an authority can be asked.")
        try:
            with (
                deadline() as keep,
                httpx.Client(verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), timeout=_TIMEOUT) as client,
                client.stream(
                    method, url, content=content, headers=_OCSP if content is not None else {}, extensions={"trace": keep}
                ) as response,
            ):
                return body_of(response, host, largest)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise LookUpFailed(f"{host} does not answer.") from error
