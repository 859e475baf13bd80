"""Serial numbers of implants and devices, and vehicles: numbers beside their names, UDI (21 CFR 830), VIN with its check digit (49 CFR 565)."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.mrn import numbered
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(text: str) -> bool:
    """Return whether seventeen characters satisfy the vehicle identification number's check digit."""
    total = sum(_VIN_VALUES.get(c, 99) * w for c, w in zip(text.upper(), _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11] == text[8].upper()


_PATTERNS = (
    Pattern(
        re.compile(
            r"\b(?:device|pacemaker|icd|implant|pump|stimulator|lead|cpap|valve|monitor|serial|sn|s/n)(?: ?(?:id|"
            r"serial|number|num|no\.?|#|sn)){0,3}"
            r"[\s:#=.,-]{0,4}(?:is )?([A-Z]{1,5}-?\d[\dA-Z-]{4,16}|\d{6,14}[A-Z]?)(?![\w])",
            re.IGNORECASE,
        ),
        IdentifierType.DEVICE,
        "devices",
        0.8,
        "a number beside the words for a device",
        PersonRole.PATIENT,
        numbered,
    ),
    Pattern(
        re.compile(r"(?<!\w)(\(01\)\d{14}(?:\(\d{2}\)[\w-]{1,20}){1,4})"),
        IdentifierType.DEVICE,
        "devices",
        0.95,
        "a unique device identification (UDI)",
        PersonRole.PATIENT,
    ),
    Pattern(
        re.compile(r"(?<![\w-])([A-HJ-NPR-Z0-9]{17})(?![\w-])"),
        IdentifierType.VEHICLE,
        "vehicles",
        0.9,
        "a vehicle identification number with its check digit",
        valid=vin,
    ),
    Pattern(
        re.compile(
            r"\b(?:license plate|licence plate|plate(?: ?(?:no\.?|number|"
            r"#))?)[\s:#]{0,4}([A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4})\b",
            re.IGNORECASE,
        ),
        IdentifierType.VEHICLE,
        "vehicles",
        0.7,
        "a licence plate beside its name",
        valid=numbered,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's device and vehicle numbers."""
    return find_all(page, _PATTERNS)
