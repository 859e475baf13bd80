"""Biometric identifiers and photographs of a person that a text announces."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_PATTERNS = (
    Pattern(
        re.compile(r"\b(?:(?:full[- ]face|patient|facial|clinical|wound) (?:photo(?:graph)?s?|pictures?|images?))\b", re.IGNORECASE),
        IdentifierType.PHOTO,
        "media",
        0.6,
        "words for a photograph of a person",
        PersonRole.PATIENT,
        numeric=False,
    ),
    Pattern(
        re.compile(r"\b(?:his|her|their|patient'?s?) (?:fingerprints?|voice ?prints?|retina(?:l)? scan|iris scan)\b", re.IGNORECASE),
        IdentifierType.BIOMETRIC,
        "media",
        0.7,
        "words for a biometric identifier",
        PersonRole.PATIENT,
        numeric=False,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield what the page says of photographs and biometrics."""
    return find_all(page, _PATTERNS)
