"""Certificate and licence numbers: NPI (Luhn, a provider's), DEA with its check digit (a provider's), driving licences."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.mrn import numbered
from securemail_desktop.phi.identifiers.pattern import Pattern, digits, find_all
from securemail_desktop.phi.page import Page


def dea(text: str) -> bool:
    """Return whether the check digit of a DEA registration holds: (1+3+5) + 2 (2+4+6) ends with the seventh."""
    d = [int(c) for c in digits(text)]
    return len(d) == 7 and (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


_PATTERNS = (
    Pattern(
        re.compile(r"\bNPI(?: ?(?:no\.?|number|#))?[\s:#.-]{0,4}(\d{10})(?!\d)", re.IGNORECASE),
        IdentifierType.LICENSE,
        "licenses",
        0.95,
        "a national provider identifier",
        PersonRole.PROVIDER,
    ),
    Pattern(
        re.compile(r"(?<!\w)([ABCDEFGHJKLMPRSTUX][A-Z9]\d{7})(?!\w)"),
        IdentifierType.LICENSE,
        "licenses",
        0.9,
        "a DEA registration with its check digit",
        PersonRole.PROVIDER,
        dea,
    ),
    Pattern(
        re.compile(
            r"\b(?:driver'?s? licen[sc]e|driving licen[sc]e|DL|passport)(?: ?(?:no\.?|number|"
            r"#))?[\s:#]{0,4}([A-Z]{0,3}\d{5,12})(?!\w)",
            re.IGNORECASE,
        ),
        IdentifierType.LICENSE,
        "licenses",
        0.85,
        "a number beside the words for a licence",
        valid=numbered,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's licence numbers."""
    return find_all(page, _PATTERNS)
