"""Consumer mail providers, from the package's data: their addresses are personal, and their names are mistyped most."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files


@cache
def _lines() -> tuple[str, ...]:
    source = (files("securemail_desktop.recipients") / "data" / "mail_domains.txt").read_text(encoding="utf-8")
    return tuple(line for line in source.splitlines() if line and not line.startswith("#"))


@cache
def providers() -> Sequence[str]:
    """Return the providers' domains, the most used first."""
    return tuple(line for line in _lines() if not line.startswith("-"))


@cache
def real_domains() -> frozenset[str]:
    """Return domains that exist although they resemble a provider's: never called a typo of it."""
    return frozenset(line.removeprefix("-") for line in _lines())


def is_webmail(domain: str) -> bool:
    """Return whether addresses of the domain are personal mailboxes at a provider."""
    return domain in real_domains()
