"""E-mail addresses (RFC 5322 addr-spec in its plain form)."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page

_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_BEFORE, _AFTER = 66, 450  # characters: more than an address has before and after its @


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's e-mail addresses."""
    for start, end in page.about("@", _BEFORE, _AFTER):
        for match in _ADDRESS.finditer(page.text, start, end):
            yield Finding(page.field, *match.span(), IdentifierType.EMAIL, PersonRole.UNKNOWN, "emails", 0.95, "an e-mail address")
