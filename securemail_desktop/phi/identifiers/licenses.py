"""Certificate and licence numbers: NPI and professional licences (a provider's), DEA with its check digit (too), driving licences, passports."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, digits, find_all, numbered, words
from securemail_desktop.phi.page import Page


def dea(text: str) -> bool:
    """Return whether the check digit of a DEA registration holds: (1+3+5) + 2 (2+4+6) ends with the seventh."""
    d = [int(c) for c in digits(text)]
    return len(d) == 7 and (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


_NUMBER = r"(?: ?(?:no\.?|number|#))?[\s:#]{0,4}"
_VALUE = r"([A-Z]{0,3}-?\d{2,5}(?:[.-]?\d{2,6}){1,3}|[A-Z]{1,3}\d{2}[A-Z0-9]{5,7}|\d{2}D\d{7}|[A-Z]{1,3}\d{4,12})(?!\w)"
_PATTERNS = (
    Pattern(
        re.compile(r"\bNPI(?: ?(?:no\.?|number|#))?[\s:#.-]{0,4}(\d{10})(?!\d)", re.IGNORECASE),
        IdentifierType.LICENSE,
        "licenses",
        0.95,
        "a national provider identifier",
        PersonRole.PROVIDER,
        cues=words("npi"),
    ),
    Pattern(
        re.compile(r"(?<!\w)([ABCDEFGHJKLMPRSTUX][A-Z9]\d{7})(?!\w)"),
        IdentifierType.LICENSE,
        "licenses",
        0.9,
        "a DEA registration with its check digit",
        PersonRole.PROVIDER,
        dea,
        digits=7,
    ),
    Pattern(
        re.compile(r"\b(?:CLIA|(?:medical|rn|nursing|state|pharmacy|pa|np) licen[sc]e)" + _NUMBER + _VALUE, re.IGNORECASE),
        IdentifierType.LICENSE,
        "licenses",
        0.85,
        "the number of a professional licence",
        PersonRole.PROVIDER,
        numbered,
        cues=words("clia license licence"),
    ),
    Pattern(
        re.compile(r"\b(?:driv(?:er'?s?|ing) licen[sc]e|licen[sc]e|dl|passport|certificate)" + _NUMBER + _VALUE, re.IGNORECASE),
        IdentifierType.LICENSE,
        "licenses",
        0.85,
        "a number beside the words for a licence",
        valid=numbered,
        cues=words("license licence dl passport certificate"),
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's licence numbers."""
    return find_all(page, _PATTERNS)
