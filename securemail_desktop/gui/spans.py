"""Places in a text: detection counts Unicode code points, Qt counts UTF-16 units."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from securemail_desktop.gui.tones import Tone

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Span:
    """A marked place: `start` and `end` in UTF-16 units, `tip` a sentence for people, `detector` and `kind` what was found by whom."""

    start: int
    end: int
    tone: Tone
    tip: str
    detector: str = ""
    kind: str = ""


class Utf16:
    """Converts offsets of one text."""

    def __init__(self, text: str) -> None:
        """Find the code points that take two units."""
        self._astral = [match.start() for match in _ASTRAL.finditer(text)]

    def offset(self, code_points: int) -> int:
        """Return the offset in UTF-16 units of an offset in code points."""
        return code_points + bisect_left(self._astral, code_points)

    def offsets(self, code_points: list[int]) -> list[int]:
        """Return the offsets of many; those of most texts are the same."""
        return list(map(self.offset, code_points)) if self._astral else code_points


def span_at(spans: Iterable[Span], position: int) -> Span | None:
    """Return the marked place at a position in UTF-16 units, its borders included."""
    return next((span for span in spans if span.start <= position <= span.end), None)
