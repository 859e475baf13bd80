"""Photographs of a person and biometric identifiers that a text announces."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, words
from securemail_desktop.phi.page import Page

_PICTURE = r"(?:photo(?:graph)?s?|pictures?|pics?|selfies?)"
_BODY = (
    r"(?:rash|wounds?|ulcers?|moles?|lesions?|swelling|bruis\w+|burns?|skin|face|foot|feet|toes?|hands?|arms?|legs?|back|stoma|incision|scar|"
    r"eyes?|teeth|mouth|injur\w+|bite|stump|heel)"
)


def _pattern(expression: str, kind: IdentifierType, confidence: float, evidence: str, cues: str) -> Pattern:
    return Pattern(
        re.compile(expression, re.IGNORECASE), kind, "media", confidence, evidence, PersonRole.PATIENT, digits=0, cues=words(cues)
    )


_PATTERNS = (
    _pattern(
        r"\b(?:(?:full[- ]face|patient|facial|clinical|wound|intra-?oral|before and after) (?:photo(?:graph)?s?|pictures?|images?|photography))\b",
        IdentifierType.PHOTO,
        0.6,
        "words for a photograph of a person",
        "photo photos photograph photographs photography picture pictures image images",
    ),
    _pattern(
        rf"\b({_PICTURE})(?= of (?:(?:his|her|their|my|your|the) (?:\w+ )?{_BODY}\b|(?:mr|mrs|ms|miss)\.? [A-Z][\w-]+|{_BODY}\b))",
        IdentifierType.PHOTO,
        0.6,
        "words for a photograph of a person",
        "photo photos photograph photographs pic pics picture pictures selfie selfies",
    ),
    _pattern(
        r"\b(?:(?:his|her|their) )?(?:finger-?prints?|voice ?prints?)\b|\b(?:(?:retinal?|iris|palm vein|hand geometry) scans?|facial recognition|"
        r"face recognition|biometric (?:template|identifier|data|record)s?|dna (?:profile|fingerprint))\b",
        IdentifierType.BIOMETRIC,
        0.7,
        "words for a biometric identifier",
        "print prints finger fingerprint fingerprints voiceprint voiceprints voice scan scans recognition biometric dna",
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield what the page says of photographs and biometrics."""
    return find_all(page, _PATTERNS)
