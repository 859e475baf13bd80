"""Vehicles: identification numbers with their check digit (49 CFR 565) and licence plates beside their names."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, numbered, words
from securemail_desktop.phi.page import Page

_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(text: str) -> bool:
    """Return whether seventeen characters satisfy the vehicle identification number's check digit."""
    total = sum(_VIN_VALUES.get(c, 99) * w for c, w in zip(text.upper(), _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11] == text[8].upper()


_PATTERNS = (
    Pattern(
        re.compile(r"(?<![\w-])([A-HJ-NPR-Z0-9]{17})(?![\w-])", re.IGNORECASE),
        IdentifierType.VEHICLE,
        "vehicles",
        0.9,
        "a vehicle identification number with its check digit",
        valid=vin,
    ),
    Pattern(
        re.compile(
            r"\b(?:licen[sc]e plates?|number plates?|plates?(?: ?(?:no\.?|number|#))|plates|license tag|tag ?#|(?:vehicle|car) (?:registration|"
            r"reg)|kennzeichen)[\s:#]{1,4}((?=[A-Z0-9 -]{0,7}\d)[A-Z0-9]{1,4}(?:-[A-Z]{1,2})?[ -]?[A-Z0-9]{2,4})(?![\w,-])",
            re.IGNORECASE,
        ),
        IdentifierType.VEHICLE,
        "vehicles",
        0.7,
        "a licence plate beside its name",
        valid=lambda text: numbered(text) or bool(re.search(r"\d\d", text)),
        cues=words("plate plates tag registration reg kennzeichen"),
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's vehicle numbers."""
    return find_all(page, _PATTERNS)
