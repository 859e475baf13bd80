"""What pattern detectors share: the first group that took part becomes a finding, unless its validator objects."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written with blanks."""
    return frozenset(text.split())


def anything(_: str) -> bool:
    """Accept every candidate."""
    return True


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of one detector. `evidence` says in words why a match is an identifier; it never holds the text.

    Every match holds so many `digits` in a row: only the text about such is searched. Where there are `cues`, it begins at most 30 characters
    before one of these words (in small letters) and ends at most `reach` characters after it. A text without `mark` is not searched at all.
    """

    expression: re.Pattern[str]
    type: IdentifierType
    detector: str
    confidence: float
    evidence: str
    role: PersonRole = PersonRole.UNKNOWN
    valid: Callable[[str], bool] = anything
    digits: int = 1
    cues: frozenset[str] = frozenset()
    mark: str = ""
    reach: int = 80

    def find(self, page: Page) -> Iterator[Finding]:
        """Yield the page's findings. The identifier is the pattern's first group, or the whole match where it has none."""
        if self.mark not in page.text:
            return
        group = 1 if self.expression.groups else 0
        for match in (match for start, end in self._stretches(page) for match in self.expression.finditer(page.text, start, end)):
            if self.valid(match.group(group)):
                yield Finding(page.field, *match.span(group), self.type, self.role, self.detector, self.confidence, self.evidence)

    def _stretches(self, page: Page) -> Sequence[tuple[int, int]]:
        if self.cues:
            return page.near(self.cues, self.reach, self.digits)
        return page.numeric(self.digits) if self.digits else ((0, len(page.text)),)


def find_all(page: Page, patterns: tuple[Pattern, ...]) -> Iterator[Finding]:
    """Yield what each of a detector's patterns finds."""
    for pattern in patterns:
        if pattern.digits <= page.most_digits:
            yield from pattern.find(page)


def numbered(text: str) -> bool:
    """Return whether a candidate has at least three digits, as numbers of records have."""
    return sum(c.isdigit() for c in text) >= 3


def luhn(text: str) -> bool:
    """Return whether the digits satisfy the Luhn check (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits(text)))]
    return bool(doubled) and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(c for c in text if c.isdigit())
