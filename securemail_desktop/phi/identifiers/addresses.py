"""Geography below the state: street addresses, with unit, city, state and postcode where they follow."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|"
    r"Alabama|Alaska|Arizona|California|Colorado|Florida|Georgia|Illinois|Indiana|Iowa|Kansas|Kentucky|Maine|Maryland|"
    r"Michigan|Minnesota|Missouri|"
    r"Montana|Nebraska|Nevada|Ohio|Oklahoma|Oregon|Pennsylvania|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming)"
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Terrace|Ter|Circle|Cir|"
    r"Parkway|Pkwy|Highway|Hwy|"
    r"Trail|Trl|Loop|Square|Sq|Close|Crescent|Gardens|Grove)"
)
_CITY = r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2}"
_UNIT = r"(?:,? ?(?:Apt|Apartment|Unit|Suite|Ste|#|Flat)\.? ?#?\w{1,5})?"
_PATTERNS = (
    Pattern(
        re.compile(
            r"\b\d{1,5}(?: ?[NSEW]\.?)? (?:[A-Z0-9][\w.'-]+ ){1,3}"
            + _STREET
            + r"\b\.?"
            + _UNIT
            + rf"(?:,? {_CITY})?(?:,? {_STATE}\b)?(?:,? "
            rf"\d{{5}}(?:-\d{{4}})?\b)?"
        ),
        IdentifierType.ADDRESS,
        "addresses",
        0.85,
        "a house number and street",
    ),
    Pattern(
        re.compile(
            r"\b\d{1,5} (?:[a-z0-9.'-]+ ){1,3}(?:street|st|avenue|ave|road|rd|drive|lane|ln|court|ct|"
            r"blvd)\b(?:,? ?(?:apt|unit|#) ?\w{1,5})?(?:,? \d{5}\b)?"
        ),
        IdentifierType.ADDRESS,
        "addresses",
        0.6,
        "a house number and street in small letters",
    ),
    Pattern(
        re.compile(rf"\b{_CITY},? {_STATE},? \d{{5}}(?:-\d{{4}})?\b"),
        IdentifierType.ADDRESS,
        "addresses",
        0.8,
        "city, state and ZIP code",
    ),
    Pattern(
        re.compile(r"\bP\.? ?O\.? Box \d{1,6}\b", re.IGNORECASE),
        IdentifierType.ADDRESS,
        "addresses",
        0.7,
        "a post office box",
    ),
    Pattern(
        re.compile(r"\b(?:zip|zip code|postcode)[ :]{1,3}(\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b", re.IGNORECASE),
        IdentifierType.ADDRESS,
        "addresses",
        0.8,
        "a postcode beside its name",
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's addresses."""
    return find_all(page, _PATTERNS)
