"""E-mail addresses (RFC 5322 addr-spec in its plain form)."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_PATTERNS = (
    Pattern(
        re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"),
        IdentifierType.EMAIL,
        "emails",
        0.95,
        "an e-mail address",
        numeric=False,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's e-mail addresses."""
    return find_all(page, _PATTERNS)
