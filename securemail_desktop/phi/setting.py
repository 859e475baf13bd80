"""What a message is about as a whole: one person's care, or what concerns no patient in particular.

Shifts, courses, talks, shortages, rules, marketing, hiring, counts, handouts and animals use the words of health with names beside them.
"""

import re
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, groupby
from operator import not_

from securemail_desktop.phi.finding import HealthTerm
from securemail_desktop.phi.identifiers.pattern import words
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.terms.vocabulary import Sign
from securemail_desktop.phi.word import Word

_PHRASES = (
    "on allocation", "on call", "on-call", "call list", "call schedule", "grand rounds", "noon conference", "journal club", "in-service", "get well",
    "out sick", "blood drive", "employee health", "open enrollment", "offer letter", "purchase order", "click here", "free trial", "order now",
    "no prescription", "compare plans", "et al", "confidence interval", "people with", "patients with", "patients who", "individuals with",
    "per patient", "risk factors", "what is ", "what are ", "symptoms include", "treatment options", "ask your doctor", "talk with your doctor",
    "talk to your doctor", "learn more", "is a disease", "named after", "super users", "sign up", "p < 0", "p<0", "walk-ins", "first come",
)  # fmt: skip
_AWAY = re.compile(
    r"\bcall(?:ed|s|ing) (?:out|off|in sick)\b|\bout with (?:a|an|the)\b|\bwork(?:ing)? from home\b|"
    r"\b(?:is|are|i'm|am|be|was) (?:out|back|off|home)\b(?! (?:of (?:the )?(?:or|bed|icu)|to|on|again))|"
    r"\bback (?:next|on monday)|\bcall my cell"
)
_TOPICS = {
    "hiring": words(
        "candidate candidates applicant applicants apply applied interview interviews cv resume résumé recruiter recruiting recruit hiring "
        "hire hires vacancy position role salary offer reference references recommend recommendation qualifications experience skills "
        "career linkedin graduate join certified"
    ),
    "working": words(
        "shift shifts rota swap float callout payroll paycheck timecard pto vacation union badge badges scrubs parking potluck preceptor "
        "preceptee precepting onboarding orientation competency competencies credentialing privileges committee staffing coverage covering "
        "locum locums pager huddle employee employees staff hr colleague colleagues coworker retirement retires anniversary award nominate "
        "volunteer volunteers clinicians overtime jury lunch lobby supervisor manager rsvp"
    ),
    "learning": words(
        "lecture lectures slides thesis chapter exam quiz textbook curriculum students student learners teaching lesson webinar seminar "
        "symposium cme conference simulation sim actors scenario journal abstract manuscript study studies cohort trial protocol irb "
        "enrollment grant literature published authors article articles poster class classes course courses workshop lab's reading dataset "
        "figure table author professor prof museum showed discovered historical"
    ),
    "press": words(
        "actor actress senator governor president minister mayor coach players team season league game fans reporters news newspaper times "
        "ap reuters podcast novel film movie memoir biography celebrity obituary dies singer band album champion playoffs fantasy recipe "
        "horoscope zodiac"
    ),
    "trade": words(
        "invoice contract lease pipeline deploy server build analyst dashboard vendor vendors quote budget sprint customers customer sales "
        "revenue price prices pricing order orders shipped supply stock inventory recall recalled shortage allocation unit units effective "
        "policy webinar update software version rates fee formulary marketing visit website click subscribe free"
    ),
}
_MOST_SIGNS = 4
_CLINICAL = frozenset({"result", "dose", "shorthand", "vital", "bed"})
_READ, _READ_WORDS = 20_000, 4_000
_SHORT, _MIDDLE, _LEAST_OWN = 150, 600, 8  # words


@dataclass(frozen=True, slots=True)
class Setting:
    """Points that the message as a whole takes away (`impersonal`, 0..2.5) or adds to a tie (`clinical`, 0..0.6).

    `topics` say how much it speaks of hiring, of work and colleagues, of learning and research, of what newspapers tell, and of trade, 0..4 each.
    """

    impersonal: float
    clinical: float
    topics: tuple[float, ...] = (0.0,) * len(_TOPICS)


Own = tuple[str, Sequence[Word]]


def setting_of(written_by: Sequence[Own], pages: Sequence[Page], terms: Sequence[HealthTerm]) -> Setting:
    """Return the setting of one message; of long texts the beginning tells, of answers what is not quoted (`own` of each page)."""
    count = sum(len(written) for _, written in written_by) or 1
    read = {word.lower: word.entry.sign for _, written in written_by for word in written}
    kinds = [kind for kind in read.values() if kind]
    strong, weak, animal = (sum(kind is sign for kind in kinds) for sign in (Sign.STRONG, Sign.WEAK, Sign.ANIMAL))
    beginnings = [text.lower() for text, _ in written_by]
    signs = strong + 0.4 * weak + sum(phrase in text for text in beginnings for phrase in _PHRASES)
    away = sum(1 for text in beginnings if _AWAY.search(text))
    clinical = sum(term.category in _CLINICAL for term in terms)
    return Setting(
        min(2.5, (0.8 * signs + 1.2 * away + 2.5 * (animal > 0 and count < _SHORT)) * _share(count)),
        min(0.6, 4.0 * clinical / (sum(len(page.words) for page in pages) or 1)),
        tuple(min(_MOST_SIGNS, len(topic & read.keys()) * _share(count)) for topic in _TOPICS.values()),
    )


def own(page: Page) -> Own:
    """Return the beginning of what the author wrote himself, and its words; of everything where he wrote hardly anything."""
    text, written = page.text[:_READ], page.words[:_READ_WORDS]
    if "\n>" not in text and not text.startswith(">"):
        return text, written
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    quoted = [line.startswith(">") for line in lines]
    mine: list[Word] = []
    for is_quoted, run in groupby(range(len(lines)), quoted.__getitem__):
        if not is_quoted:
            numbers = list(run)
            end = starts[numbers[-1] + 1] if numbers[-1] + 1 < len(lines) else sys.maxsize
            mine += written[bisect_left(page.starts, starts[numbers[0]]) : bisect_left(page.starts, end)]
    return ("\n".join(compress(lines, map(not_, quoted))), mine) if len(mine) >= _LEAST_OWN else (text, written)


def _share(words: int) -> float:
    """Return how much a sign counts: long texts hold some by chance."""
    return 1.0 if words < _SHORT else 0.6 if words < _MIDDLE else 0.4
