"""URLs and IP addresses (RFC 3986, 791, 4291)."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, words
from securemail_desktop.phi.page import Page


def routable(text: str) -> bool:
    """Return whether it is an IP address and not a version number's look-alike."""
    try:
        return (":" not in text or "::" in text or text.count(":") == 7) and not ip_address(text).is_unspecified
    except ValueError:
        return False


_NO_VERSION = r"(?<!version )(?<!firmware )(?<!release )(?<!build )(?<!section )(?<!update )(?<!oid )"
_PATTERNS = (
    Pattern(
        re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]{2,300}[^\s<>\"')\].,;:!?]", re.IGNORECASE),
        IdentifierType.URL,
        "network",
        0.9,
        "a web address",
        digits=0,
        cues=words("http https www"),
        reach=320,
    ),
    Pattern(
        re.compile(r"(?=\d)(?<![\w.])" + _NO_VERSION + r"(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", re.IGNORECASE),
        IdentifierType.IP,
        "network",
        0.85,
        "an IP version 4 address",
        valid=routable,
    ),
    Pattern(
        re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:){1,7}(?::?[0-9a-f]{1,4}){1,7}(?![\w:])", re.IGNORECASE),
        IdentifierType.IP,
        "network",
        0.85,
        "an IP version 6 address",
        valid=routable,
        mark=":",
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's web and IP addresses."""
    return find_all(page, _PATTERNS)
