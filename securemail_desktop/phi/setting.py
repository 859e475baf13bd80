"""What a message is about as a whole: one patient's care, or what concerns no patient in particular.

Shifts, courses, talks, shortages, rules, marketing, hiring, counts and handouts use the words of health with names beside them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from securemail_desktop.phi.finding import HealthTerm
from securemail_desktop.phi.page import Page

_IMPERSONAL = re.compile(
    r"\b(?:shortage|allocation|backorder(?:ed)?|recall(?:ed)?|formulary|on-?call|call (?:list|schedule|rota)|rota|"
    r"roster|shifts?|coverage for|covering|swap|nights|grand rounds|noon conference|conference|"
    r"lecture|webinar|seminar|symposium|workshop|journal club|in-?service|training|class|module|ceu?|cme|register|"
    r"registration|rsvp|volunteers?|fundrais\w+|walk|donat\w+|potluck|lunch|"
    r"party|retire\w*|congratulat\w+|welcome|hiring|recruit\w*|applicants?|candidate|interview|resume|salary|fte|"
    r"vacanc\w+|position|employees?|staff|policy|policies|procedure manual|protocol|guideline\w*|"
    r"committee|meeting|agenda|minutes|budget|invoice|quote|purchase order|po|vendor|contract|shipping|unsubscribe|"
    r"newsletter|click here|free trial|offer|discount|order now|"
    r"study|trial|cohort|enrolled|irb|amendment|published|paper|article|abstract|manuscript|meta-analysis|"
    r"p ?[<=] ?0?\.\d+|confidence interval|census|rates?:|quarter|benchmark|dashboard|"
    r"people with|patients with|patients who|individuals with|in patients|risk factors|what (?:is|are)|"
    r"symptoms include|treatment options|learn more|handout|web ?site|template)\b",
    re.IGNORECASE,
)
_CLINICAL = frozenset({"result", "dose", "shorthand", "vital", "bed"})


@dataclass(frozen=True, slots=True)
class Setting:
    """Points that the message as a whole takes away (`impersonal`, 0..2.5) or adds to a tie (`clinical`, 0..1)."""

    impersonal: float
    clinical: float


def setting_of(pages: Sequence[Page], terms: Sequence[HealthTerm]) -> Setting:
    """Return the setting of one message."""
    words = sum(len(page.words) for page in pages) or 1
    impersonal = sum(len({m.group().lower() for m in _IMPERSONAL.finditer(page.text, 0, 20_000)}) for page in pages)
    clinical = sum(term.category in _CLINICAL for term in terms)
    return Setting(min(2.5, 0.8 * impersonal), min(1.0, 6.0 * clinical / words))
