"""Serial numbers of implants and devices beside their names, unique device identifications (21 CFR 830), hardware addresses."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, numbered, words
from securemail_desktop.phi.page import Page

_DEVICE = (
    r"device|pacemaker|icd|defibrillator|implant|pump|stimulator|generator|lead|cpap|bipap|ventilator|valve|monitor|transmitter|sensor|lvad|"
    r"hearing aids?|processor|lens|prosthesis|stent|wheelchair|concentrator|glucometer|meter|loop recorder|ilr|serial|sn|s/n"
)
_WORDS = (
    "device pacemaker icd defibrillator implant pump stimulator generator lead cpap bipap ventilator valve monitor transmitter sensor lvad aid aids "
    "processor lens prosthesis stent wheelchair concentrator glucometer meter recorder ilr serial sn s"
)
_PATTERNS = (
    Pattern(
        re.compile(
            rf"\b(?:{_DEVICE})(?: ?(?:id|generator|lot/serial|serial|number|num|no\.?|#|sn|s/n)){{0,3}}[\s:#=.,-]{{0,4}}(?:is )?"
            r"([A-Z]{1,5}-?\d[\dA-Z-]{4,16}|\d{2}[A-Z]\d{4,8}|\d{6,14}[A-Z]?)(?![\w])",
            re.IGNORECASE,
        ),
        IdentifierType.DEVICE,
        "devices",
        0.8,
        "a number beside the words for a device",
        PersonRole.PATIENT,
        numbered,
        cues=words(_WORDS),
    ),
    Pattern(
        re.compile(r"\b(?:transmitter|sensor)(?: ?(?:id|sn|serial|#))?[\s:#]{1,3}((?=[A-Z]*\d)[A-Z0-9]{6})(?!\w)"),
        IdentifierType.DEVICE,
        "devices",
        0.8,
        "a number beside the words for a device",
        PersonRole.PATIENT,
        cues=words("transmitter sensor"),
    ),
    Pattern(
        re.compile(r"(?<!\w)(\(01\)\d{14}(?:\(\d{2}\)[\w-]{1,20}){1,4})"),
        IdentifierType.DEVICE,
        "devices",
        0.95,
        "a unique device identification (UDI)",
        PersonRole.PATIENT,
        mark="(01)",
    ),
    Pattern(
        re.compile(r"\bUDI(?:-DI|-PI)?[\s:#]{1,3}([+=(]?[A-Z0-9][A-Z0-9/$().,=&%+-]{9,80})"),
        IdentifierType.DEVICE,
        "devices",
        0.9,
        "a unique device identification (UDI)",
        PersonRole.PATIENT,
        cues=words("udi"),
    ),
    Pattern(
        re.compile(r"(?<![\w:-])((?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![\w:-])", re.IGNORECASE),
        IdentifierType.DEVICE,
        "devices",
        0.6,
        "the hardware address of a device",
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's device numbers."""
    return find_all(page, _PATTERNS)
