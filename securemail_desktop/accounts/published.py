"""Mail servers that a domain publishes on its own web site, in Mozilla's format (draft-ietf-mailmaint-autoconfig): config-v1.1.xml.

Rules: only the user's own domain is asked, over HTTPS with the certificate verified; no directory of others ever hears the address. A redirection
that leaves the domain or HTTPS is not followed. The file is bounded and has no document type. Servers without TLS are not taken.
"""

import ssl
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

import httpx
import truststore

from securemail_desktop.accounts.offer import Offer, is_host, is_within
from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.message.address import Address
from securemail_desktop.message.text.markup import MarkupBroken, parse

_SECONDS = 5.0  # for a connection, and for each read
_LARGEST = 64 * 1024  # octets
_REDIRECTIONS = 3
_SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS}
_PASSWORD = frozenset({"", "password-cleartext", "plain", "password-encrypted", "secure"})
Fetch = Callable[[str, str], bytes]


def published(address: Address, fetch: Fetch | None = None) -> Offer:
    """Return what the domain of the address publishes; nothing where it publishes nothing that can be read."""
    domain = address.domain
    for url in (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={quote(address.spec)}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    ):
        offer = read_configuration((fetch or fetched)(url, domain), address)
        if offer != Offer():
            return offer
    return Offer()


def read_configuration(content: bytes, address: Address) -> Offer:
    """Return what a file in Mozilla's format names for the address; nothing for one that is damaged."""
    reader = _Reader(address)
    try:
        parse(content, reader)
    except MarkupBroken:
        return Offer()
    return Offer(reader.servers.get("imap"), reader.servers.get("smtp"), reader.browser)


def fetched(url: str, domain: str) -> bytes:
    """Return what lies at an address of the domain, or nothing: it is not there, not safe, or too large."""
    try:
        with httpx.Client(verify=_context(), timeout=_SECONDS) as client:
            return _followed(client, url, domain)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):
        return b""


def _followed(client: httpx.Client, url: str, domain: str) -> bytes:
    for _ in range(_REDIRECTIONS + 1):
        place = urlsplit(url)
        if place.scheme != "https" or not is_within(place.hostname or "", domain):
            return b""
        with client.stream("GET", url) as answer:
            if answer.has_redirect_location:
                url = str(answer.url.join(answer.headers["Location"]))
                continue
            return _bounded(answer) if answer.status_code == httpx.codes.OK else b""
    return b""


def _bounded(answer: httpx.Response) -> bytes:
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > _LARGEST:
            return b""
    return content


def _context() -> ssl.SSLContext:
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Reader:
    """Takes the first server of each kind that can be used; a `Handler` of `message.text.markup`."""

    is_full = False

    def __init__(self, address: Address) -> None:
        """Keep whose servers they are."""
        self._words = {"%EMAILADDRESS%": address.spec, "%EMAILLOCALPART%": address.local, "%EMAILDOMAIN%": address.domain}
        self._kind = ""
        self._fields: dict[str, list[str]] = {}
        self._text = ""
        self.servers: dict[str, Server] = {}
        self.browser = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a server or a field of one."""
        if name in {"incomingServer", "outgoingServer"}:
            self._kind, self._fields = attributes.get("type", ""), {}
        self._text = ""

    def end(self, name: str) -> None:
        """Keep a field, or the server that is whole now."""
        if name in {"incomingServer", "outgoingServer"}:
            self._take(self._kind)
            self._kind = ""
        elif self._kind:
            self._fields.setdefault(name, []).append(self._filled(self._text.strip()))

    def data(self, text: str) -> None:
        """Take text of a field."""
        self._text += text

    def _take(self, kind: str) -> None:
        host, port, security = self._one("hostname").lower(), self._one("port"), _SECURITY.get(self._one("socketType").upper())
        known = port.isascii() and port.isdecimal() and 0 < int(port) < 65536
        if kind not in {"imap", "smtp"} or kind in self.servers or not known or security is None or not is_host(host):
            return
        ways = {way.lower() for way in self._fields.get("authentication", [""])}
        if not ways & _PASSWORD:
            self.browser = self.browser or "oauth2" in ways
            return
        user = self._one("username") or self._words["%EMAILADDRESS%"]
        self.servers[kind] = Server(host, int(port), security, user)

    def _one(self, name: str) -> str:
        return next(iter(self._fields.get(name, [])), "")

    def _filled(self, text: str) -> str:
        for word, value in self._words.items():
            text = text.replace(word, value)
        return text
