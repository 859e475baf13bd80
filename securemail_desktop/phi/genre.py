"""How much a text reads like one that speaks of a patient: a linear model of its words and pairs of words, made by `tests/training/phi.py`.

Names are one word to it, numbers another, and health terms also stand for their category: it learns how people write of patients, not of whom.
A short message is read as a whole; in a long one the words about an identifier count, so that no other text drowns a sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise, repeat
from math import sqrt
from pathlib import Path

import marisa_trie

from securemail_desktop.phi.finding import Finding, HealthTerm
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.setting import Own
from securemail_desktop.phi.word import Word

RECORD, SCALE, BIAS = "<h", 1000, "*"
WORDED = "wording"  # the category of a word that is no health term and yet speaks of somebody's care
LEAST = 20  # pieces: a text of three words is no surer than one of twenty
_SHORT, _BLOCK, _MARGIN = 150, 100, 20  # words
_MOST_POINTS = 5.0


class Genre:
    """The genre of one message, as a whole or about an identifier."""

    def __init__(self, pages: Sequence[Page], written_by: Sequence[Own]) -> None:
        """Take the message's pages, and what the author wrote himself of each."""
        self._pages = {page.field: page for page in pages}
        self._starts: dict[str, list[int]] = {}
        written = list(chain.from_iterable(words for _, words in written_by))
        self._whole = pieces(written) if len(written) <= _SHORT else None
        self._known: dict[tuple[str, int], float] = {}

    def at(self, finding: Finding) -> float:
        """Return the log odds, within -5..5, that the text about an identifier speaks of a patient."""
        key = ("", 0) if self._whole is not None else self._block(finding)
        if key not in self._known:
            self._known[key] = points(self.pieces(finding), _weights())
        return self._known[key]

    def telling(self, finding: Finding) -> HealthTerm | None:
        """Return the word near an identifier that speaks most of a patient; None where none does."""
        page, weights = self._pages[finding.field], _weights()
        place = page.place(finding.start)
        near = [
            word for word in page.words[max(0, place - _MARGIN) : place + _MARGIN] if word.end <= finding.start or word.start >= finding.end
        ]
        best = max(near, key=lambda word: weights.get(word.kind, 0), default=None)
        return HealthTerm(page.field, best.start, best.end, WORDED) if best and weights.get(best.kind, 0) > 0 else None

    def pieces(self, finding: Finding) -> frozenset[str]:
        """Return the pieces that count for an identifier; training reads them too."""
        if self._whole is not None:
            return self._whole
        field, number = self._block(finding)
        words = self._pages[field].words[max(0, number * _BLOCK - _MARGIN) : (number + 1) * _BLOCK + _MARGIN]
        body = self._pages["body"].words[:_BLOCK] if field == "subject" and "body" in self._pages else ()
        return pieces([*words, *body])

    def _block(self, finding: Finding) -> tuple[str, int]:
        return finding.field, self._pages[finding.field].place(finding.start) // _BLOCK


def points(found: frozenset[str], weights: Mapping[str, int]) -> float:
    """Return the log odds of a text's pieces."""
    total = sum(map(weights.get, found, repeat(0))) / sqrt(max(len(found), LEAST)) + weights[BIAS]
    return max(-_MOST_POINTS, min(_MOST_POINTS, total / SCALE))


def pieces(words: Sequence[Word]) -> frozenset[str]:
    """Return what of a text the model weighs: words and pairs of neighbours, as kinds where a word says no more than that."""
    kinds = [word.kind for word in words]
    return frozenset(chain(kinds, (word.lower for word in words if word.category), map(" ".join, pairwise(kinds))))


def weights_of(records: Iterable[tuple[str, tuple[int, ...]]]) -> dict[str, int]:
    """Return the weights of a trie's records."""
    return {piece: record[0] for piece, record in records}


@cache
def _weights() -> Mapping[str, int]:
    trie = marisa_trie.RecordTrie(RECORD)
    trie.mmap(str(Path(__file__).parent / "genre.marisa"))
    return weights_of(trie.items())
