"""Links of a stranger's message: only http, https and mailto, read as browsers read them (WHATWG URL), rewritten so that nobody reads them otherwise.

What a link says is not here but in its target: a name and password before the host are dropped, white space and backslashes are resolved, the host
is in A-labels and in small letters, the rest is ASCII. A host that different programs would read differently gives no link.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

import idna

from securemail_desktop.message.address import parse_addresses
from securemail_desktop.message.errors import AddressError

_DROPPED = re.compile("[\t\n\r]")
_EDGE = "".join(map(chr, range(0x21))) + "\u00a0"
_WEB = re.compile(r"(https?):[/\\]*([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_MAILTO = re.compile(r"mailto:([^?#]*)(?:\?([^#]*))?", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r":(\d{0,5})$")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)\.?")
_LONGEST = 8_000
_SAFE = "!#$%&'()*+,/:;=?@[]~-._|"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads: `target` is an ASCII URL, `host` the A-label host or the mail domain, `text` what the reader sees of it."""

    target: str
    host: str
    text: str = ""

    @property
    def is_mail(self) -> bool:
        """Return whether the link writes a message."""
        return self.target.startswith("mailto:")


def read_link(href: str, text: str = "") -> Link | None:
    """Return the link, None where it leads nowhere that a message may lead."""
    url = _DROPPED.sub("", href.strip(_EDGE))
    if len(url) > _LONGEST:
        return None
    if match := _WEB.fullmatch(url):
        return _web(match[1].lower(), match[2], match[3], text)
    match = _MAILTO.fullmatch(url)
    return _mail(match[1], match[2] or "", text) if match else None


def _web(scheme: str, authority: str, rest: str, text: str) -> Link | None:
    place = authority.rpartition("@")[2]
    port = _PORT.search(place)
    host = _host(place[: port.start()] if port else place)
    if not host or (port and port[1] and int(port[1]) > 65535):
        return None
    path, mark, query = re.fullmatch(r"([^?#]*)([?#]?)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    shown = f"{host}:{port[1]}" if port and port[1] else host
    tail = quote((path.replace("\\", "/") or "/") + mark + query, safe=_SAFE, errors="replace")
    return Link(f"{scheme}://{shown}{tail if tail.startswith('/') else '/' + tail}", host, text)


def _host(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text)
    try:
        name = unquote(text, errors="strict")
        host = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except UnicodeError:
        return ""
    if not _HOST.fullmatch(host) or len(host) > 253:
        return ""
    return host if not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) else _ipv4(host)


def _ipv4(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        return ""


def _ipv6(text: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(text.removeprefix('[').removesuffix(']'))}]"
    except ValueError:
        return ""


def _mail(to: str, query: str, text: str) -> Link | None:
    try:
        addresses = parse_addresses(unquote(to))
    except AddressError:
        return None
    if not addresses:
        return None
    tail = quote(query, safe=_SAFE, errors="replace")
    return Link("mailto:" + quote(unquote(to), safe="@,;", errors="replace") + (f"?{tail}" if tail else ""), addresses[0].domain, text)
