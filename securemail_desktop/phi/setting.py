"""What a message is about as a whole: one person's care, or what concerns no patient in particular.

Shifts, courses, talks, shortages, rules, marketing, hiring, counts, handouts and animals use the words of health with names beside them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.phi.finding import HealthTerm
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.terms.vocabulary import Sign

_PHRASES = (
    "on allocation", "on call", "on-call", "call list", "call schedule", "grand rounds", "noon conference", "journal club", "in-service", "get well",
    "out sick", "blood drive", "employee health", "open enrollment", "offer letter", "purchase order", "click here", "free trial", "order now",
    "no prescription", "compare plans", "et al", "confidence interval", "people with", "patients with", "patients who", "individuals with",
    "per patient", "risk factors", "what is ", "what are ", "symptoms include", "treatment options", "ask your doctor", "talk with your doctor",
    "talk to your doctor", "learn more", "is a disease", "named after", "super users", "sign up", "p < 0", "p<0", "walk-ins", "first come",
)  # fmt: skip
_AWAY = re.compile(
    r"\b(?:is|are|i'm|am|be|was) (?:out|back|off|home)\b(?! (?:of (?:the )?(?:or|bed|icu)|to|on|again))|"
    r"\bback (?:next|on monday)|\bcall my cell",
    re.IGNORECASE,
)
_CLINICAL = frozenset({"result", "dose", "shorthand", "vital", "bed"})
_READ, _READ_WORDS = 20_000, 4_000
_SHORT, _MIDDLE = 150, 600


@dataclass(frozen=True, slots=True)
class Setting:
    """Points that the message as a whole takes away (`impersonal`, 0..2.5) or adds to a tie (`clinical`, 0..0.6)."""

    impersonal: float
    clinical: float


def setting_of(pages: Sequence[Page], terms: Sequence[HealthTerm]) -> Setting:
    """Return the setting of one message; of long texts the beginning tells."""
    count = sum(len(page.words) for page in pages) or 1
    words = {word.lower: word.entry.sign for page in pages for word in page.words[:_READ_WORDS] if word.entry.sign}
    strong, weak, animal = (sum(kind is sign for kind in words.values()) for sign in (Sign.STRONG, Sign.WEAK, Sign.ANIMAL))
    beginnings = [page.text[:_READ].lower() for page in pages]
    signs = strong + 0.4 * weak + sum(phrase in text for text in beginnings for phrase in _PHRASES)
    away = sum(1 for text in beginnings if _AWAY.search(text))
    clinical = sum(term.category in _CLINICAL for term in terms)
    return Setting(
        min(2.5, (0.8 * signs + 1.2 * away + 2.5 * (animal > 0 and count < _SHORT)) * _share(count)), min(0.6, 4.0 * clinical / count)
    )


def _share(words: int) -> float:
    """Return how much a sign counts: long texts hold some by chance."""
    return 1.0 if words < _SHORT else 0.6 if words < _MIDDLE else 0.4
