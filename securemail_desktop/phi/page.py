"""One field's text, cut once: words with what the vocabulary knows of them, sentences, and zones that don't speak of patients.

Offsets are Unicode code points. All cutting is linear in the text.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from securemail_desktop.phi.terms.vocabulary import Vocabulary
from securemail_desktop.phi.word import Word, facts_of
from securemail_desktop.phi.zones import Zone, occurrences, zones_of

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_NUMBERED = ("id", "identifier", "no", "nos", "nr", "num", "number", "numbers", "sn")  # "MemberID", "NHSNumber"
_STOP = re.compile(r"[.!?]+(?=\s|$)|\n")
_ABBREVIATED = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Prof|vs|Pt|pt|geb|approx|No|[A-Z]))$")
_ZONED = "body"  # a subject or an attachment has neither signature nor disclaimer
_DIGITS = re.compile(r"\d+")  # of any script, as the patterns take them
_BEFORE_DIGITS, _AFTER_DIGITS, _BEFORE_CUE = 60, 60, 30


class Page:
    """One field's text with its words, sentences, zones.

    `small` is the text in small letters, character by character.
    """

    def __init__(self, field: str, text: str, vocabulary: Vocabulary) -> None:
        """Cut the text."""
        self.field = field
        self.text = text
        self.small = _small(text)
        self.words = _words(text, vocabulary)
        self.starts = [word.start for word in self.words]
        self._places = _places(self.words)
        self._stops = _stops(text)
        self._line_starts, self._zones = zones_of(text, self.small, self.words) if field == _ZONED else ([0], [Zone.CONTENT])
        self._digits = [match.span() for match in _DIGITS.finditer(text)]
        self.most_digits = max((end - start for start, end in self._digits), default=0)  # in a row
        self._ends: dict[int, list[int]] = {}
        self._numeric: dict[int, list[tuple[int, int]]] = {}
        self.entry = vocabulary.entry

    def numeric(self, digits: int = 1) -> list[tuple[int, int]]:
        """Return the stretches about so many digits in a row, apart and in order: most identifiers can stand nowhere else."""
        if digits not in self._numeric:
            runs = (run for run in self._digits if run[1] - run[0] >= digits)
            self._numeric[digits] = joined(
                (max(0, start - _BEFORE_DIGITS), min(len(self.text), end + _AFTER_DIGITS)) for start, end in runs
            )
        return self._numeric[digits]

    def about(self, mark: str, before: int, after: int) -> list[tuple[int, int]]:
        """Return the stretches about a mark in small letters, apart and in order, with so many characters before and after it."""
        return joined((max(0, start - before), min(len(self.text), start + after)) for start in occurrences(mark, self.small))

    def near(self, cues: frozenset[str], reach: int, digits: int = 0) -> list[tuple[int, int]]:
        """Return the stretches about words in small letters, apart and in order: as far as `reach` characters after each.

        Where so many `digits` in a row are wanted, only the words that have such within reach.
        """
        found = cues & self._places.keys()
        if not found:
            return []
        starts = sorted(start for cue in found for start in self._places[cue])
        if digits:
            starts = [start for start in starts if self._counted(start - _BEFORE_CUE, start + reach, digits)]
        return joined((max(0, start - _BEFORE_CUE), min(len(self.text), start + reach)) for start in starts)

    def place(self, offset: int) -> int:
        """Return the index of the word at an offset, or of the one before it."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def sentence(self, offset: int) -> int:
        """Return the number of the sentence at an offset."""
        return bisect_right(self._stops, offset)

    def zone(self, offset: int) -> Zone:
        """Return the zone of the line at an offset."""
        return self._zones[bisect_right(self._line_starts, offset) - 1]

    def _counted(self, start: int, end: int, digits: int) -> bool:
        """Say whether a run of so many digits ends between two offsets."""
        if digits not in self._ends:
            self._ends[digits] = [stop for begin, stop in self._digits if stop - begin >= digits]
        place = bisect_right(self._ends[digits], start)
        return place < len(self._ends[digits]) and self._ends[digits][place] < end


def _words(text: str, vocabulary: Vocabulary) -> list[Word]:
    return [Word(match.start(), match.end(), *facts_of(match.group(), vocabulary)) for match in _WORD.finditer(text)]


def _small(text: str) -> str:
    small = text.lower()
    return small if len(small) == len(text) else "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)


def _places(words: Sequence[Word]) -> Mapping[str, list[int]]:
    """Return where each word begins, in small letters; words with hyphens, apostrophes or digits are cut there too, and before "ID" or "No"."""
    places = defaultdict[str, list[int]](list)
    for word in words:
        if word.lower.isalpha():
            places[word.lower].append(word.start)
        else:
            for part in _PART.finditer(word.text):
                places[part.group().lower()].append(word.start + part.start())
    for numbered in [word for word in places if word.endswith(_NUMBERED)]:
        for ending in filter(numbered.endswith, _NUMBERED):
            places[numbered.removesuffix(ending)] += places[numbered]
    return places


def joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches that come in order, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _stops(text: str) -> list[int]:
    return [m.end() for m in _STOP.finditer(text) if m.group() != "." or not _ABBREVIATED.search(text, max(0, m.start() - 6), m.start())]
