"""What one source says about an account's servers; several of them make a proposal, which a person sees before it is used."""

import re
from dataclasses import dataclass
from enum import StrEnum

from securemail_desktop.accounts.settings import Server

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


class Source(StrEnum):
    """Where settings were found."""

    DNS = "dns"
    PUBLISHED = "published"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Offer:
    """Servers as one source names them. `browser` when it names some that take no password, only a sign-in in a browser (RFC 6749)."""

    mailbox: Server | None = None
    submission: Server | None = None
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A server and its source. `outside` is a host outside the address's domain that nothing but DNS names: a person must know it (RFC 6186, 6)."""

    server: Server
    source: Source
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found about an address; `browser` as in `Offer`, where nothing else was found."""

    mailbox: Found | None = None
    submission: Found | None = None
    browser: bool = False


def is_host(text: str) -> bool:
    """Say whether the text is a full host name of a server in A-labels: what a stranger's answer may name."""
    return _HOST.fullmatch(text) is not None


def is_within(host: str, domain: str) -> bool:
    """Say whether a host is the domain or lies in it."""
    return host == domain or host.endswith(f".{domain}")
