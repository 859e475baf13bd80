"""Text as detection reads it: compatibility characters folded (NFKC, UAX #15), every dash a hyphen, invisible format characters left out.

Soft hyphens come with text from web pages, zero-width characters and full-width letters by accident or on purpose, and dashes of all
kinds from word processors; none may hide a patient. Offsets are kept.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace

from securemail_desktop.phi.finding import Finding, HealthTerm

_OTHER = re.compile(r"[^\x00-\x7f]")
_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text. `starts` are offsets in it from which on `origins`, the original offset of that character, counts."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    @property
    def changed(self) -> bool:
        """Say whether any offset may be another one."""
        return len(self.starts) > 1

    def original(self, offset: int) -> int:
        """Return the original offset of a character; what one character became counts as that character."""
        number = bisect_right(self.starts, offset) - 1
        step = offset - self.starts[number]
        limit = self.origins[number + 1] - self.origins[number] - 1 if number + 1 < len(self.origins) else step
        return self.origins[number] + min(step, max(limit, 0))


def fold(text: str) -> Folded:
    """Return the text folded; linear in its length."""
    parts: list[str] = []
    starts, origins = [0], [0]
    read = written = 0
    for match in _OTHER.finditer(text):
        character = match.group()
        new = _folded(character)
        if new == character:
            continue
        parts += (text[read : match.start()], new)
        written += match.start() - read
        starts += (written, written + len(new))
        origins += (match.start(), match.end())
        written += len(new)
        read = match.end()
    parts.append(text[read:])
    return Folded("".join(parts), tuple(starts), tuple(origins))


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return "-" if category == "Pd" or character == _MINUS else unicodedata.normalize("NFKC", character)


def unfold_finding(finding: Finding, folded: Folded) -> Finding:
    """Return the finding with the original text's offsets."""
    return replace(finding, start=folded.original(finding.start), end=folded.original(finding.end - 1) + 1)


def unfold_term(term: HealthTerm, folded: Folded) -> HealthTerm:
    """Return the term with the original text's offsets."""
    return replace(term, start=folded.original(term.start), end=folded.original(term.end - 1) + 1)
