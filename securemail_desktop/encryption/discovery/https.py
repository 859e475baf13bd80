"""A bounded GET over HTTPS for look-ups: TLS 1.2 or newer with the name verified, no redirects, no cookies, a few seconds (RFC 9110)."""

import logging
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import truststore

from securemail_desktop.encryption.deadline import SECONDS, deadline
from securemail_desktop.encryption.errors import LookUpFailed, NoSuchHost
from securemail_desktop.encryption.http_body import body_of

_TIMEOUT = httpx.Timeout(4.0, connect=3.0)  # seconds
_NOTHING = frozenset({404, 410})
Reach = Callable[[str], tuple[str, int]]


class Https:
    """Fetches small files. `reach` tells for a host name where it is reached, which only tests and relays need."""

    def __init__(self, context: ssl.SSLContext | None = None, reach: Reach | None = None, seconds: float = SECONDS) -> None:
        """Trust what the operating system trusts, unless a context says otherwise; connect nothing yet. `seconds` are for one fetch as a whole."""
        self._seconds = seconds
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses of people
        self._context = context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._reach = reach

    def get(self, url: str, largest: int, media_type: str = "") -> bytes | None:
        """Return the body, None where the server has nothing at this place; raise `NoSuchHost`, `LookUpFailed`.

        Where a media type is named nothing else is taken.
        """
        host = urlsplit(url).hostname or ""
        if not url.startswith("https://") or not host:
            raise LookUpFailed(f"Only addresses that begin with https:// are asked, not {url}.")
        place, headers, extensions = self._placed(url, host)
        try:
            with (
                deadline(self._seconds) as keep,
                httpx.Client(verify=self._context, timeout=_TIMEOUT, trust_env=self._reach is None) as client,
                client.stream("GET", place, headers=headers, extensions={**extensions, "trace": keep}) as response,
            ):
                return None if response.status_code in _NOTHING else _body(response, host, largest, media_type)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise _translated(error, host) from error

    def _placed(self, url: str, host: str) -> tuple[str, dict[str, str], dict[str, object]]:
        if self._reach is None:
            return url, {}, {}
        address, port = self._reach(host)
        return url.replace(f"https://{host}", f"https://{address}:{port}", 1), {"Host": host}, {"sni_hostname": host}


def _body(response: httpx.Response, host: str, largest: int, media_type: str) -> bytes:
    if media_type and response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != media_type:
        raise LookUpFailed(f"{host} answers with something else than what was asked for.")
    return body_of(response, host, largest)


def _translated(error: BaseException, host: str) -> LookUpFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return NoSuchHost(f"{host} is not known in the network.")
        if isinstance(cause, ssl.SSLError):
            return LookUpFailed(f"{host} cannot prove that it is what it says.")
        cause = cause.__cause__ or cause.__context__
    return LookUpFailed(f"{host} does not answer.")
