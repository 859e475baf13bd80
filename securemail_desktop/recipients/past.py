"""The index as it stood before a message: what the user knew then. Replaying old mail and reviewing a draft look through the same window.

Counts look at all that was before; company and likeness at the last messages only, which bounds their time.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log, sqrt

from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.person import Person

RECENT = 80
NEIGHBOURS = 30
POSTINGS = 400
GROUPS = 400
# Who stood in a message to more people than this did not stand together with them: it was a circular.
CROWD = 500


@dataclass(frozen=True, slots=True)
class Company:
    """With whom a person stood in his last messages: `messages` looked at, and how many of them each other person shared, by number."""

    messages: int
    shared: Counter[int]

    def share(self, number: int) -> float:
        """Return in which part of the messages the other stood, drawn towards none where there are few."""
        return self.shared[number] / (self.messages + 2)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An old message that resembles the draft: its position, and the likeness 0..1."""

    position: int
    likeness: float


class Past:
    """The index up to a position in its log (all of it for a draft); `now` is in UTC seconds."""

    def __init__(self, index: RecipientIndex, now: int, before: int | None = None) -> None:
        """Look at what is before the position."""
        self.index = index
        self.now = now
        self.before = len(index.log) if before is None else before
        self.messages_sent = bisect_left(index.log.sent_positions, self.before)
        self._company: dict[int, Company] = {}

    def count(self, positions: "Sequence[int]", days: int = 0) -> int:
        """Return how many of a person's positions lie in the window, and in the last days where given."""
        until = bisect_left(positions, self.before)
        if not days or not until:
            return until
        return max(0, until - bisect_left(positions, self.index.log.since(self.now - 86400 * days)))

    def days_since(self, positions: "Sequence[int]") -> float:
        """Return the days since the last of the positions, ten years for never."""
        until = bisect_left(positions, self.before)
        return max(0.0, (self.now - self.index.log.times[positions[until - 1]]) / 86400) if until else 3650.0

    def in_last_sent(self, person: Person, messages: int) -> int:
        """Return in how many of the user's last sent messages the person stood."""
        first = max(0, self.messages_sent - messages)
        if first >= self.messages_sent:
            return 0
        start = self.index.log.sent_positions[first]
        return self.count(person.written) - bisect_left(person.written, start)

    def known(self, person: Person) -> bool:
        """Return whether the user had dealt with the person."""
        return person.contact or self.count(person.written) > 0 or self.count(person.heard) > 0

    def company(self, number: int) -> Company:
        """Return with whom the person stood in his last messages."""
        if number not in self._company:
            self._company[number] = self._meet(self.index.by_number(number))
        return self._company[number]

    def _meet(self, person: Person) -> Company:
        positions: list[int] = []
        for filed in (person.written, person.heard, person.beside):
            until = bisect_left(filed, self.before)
            positions += filed[max(0, until - RECENT) : until]
        shared: Counter[int] = Counter()
        for position in sorted(positions)[-RECENT:]:
            if self.index.log.size(position) <= CROWD:
                shared.update(self.index.log.people(position))
        return Company(min(len(positions), RECENT), shared)

    def groups(self, numbers: "frozenset[int]") -> "list[tuple[frozenset[int], int]]":
        """Return the recipients of the user's last sent messages that share some of the people, each group once, with the number shared."""
        first = max(0, self.messages_sent - GROUPS)
        positions = self.index.log.sent_positions[first : self.messages_sent]
        found = {frozenset(self.index.log.people(position)[1:]) for position in positions}
        return [(group, len(group & numbers)) for group in found if group & numbers]

    def neighbours(self, words: Sequence[int]) -> list[Neighbour]:
        """Return the messages most like a text of these word buckets, the most like first; likeness is a cosine of rare words."""
        total = max(1, self.before)
        scores: defaultdict[int, float] = defaultdict(float)
        norm = 0.0
        for word in words:
            filed = self.index.log.with_word(word)
            until = bisect_left(filed, self.before)
            rarity = log((total + 1) / (until + 1)) ** 2
            norm += rarity
            if until <= max(5, total // 5):
                for position in filed[max(0, until - POSTINGS) : until]:
                    scores[position] += rarity
        best = nlargest(NEIGHBOURS, ((score, position) for position, score in scores.items()))
        rarities: dict[int, float] = {}
        return [Neighbour(position, self._cosine(position, score, norm, rarities)) for score, position in best]

    def _cosine(self, position: int, score: float, norm: float, rarities: dict[int, float]) -> float:
        own = 0.0
        for word in self.index.log.words(position):
            if word not in rarities:
                found = bisect_left(self.index.log.with_word(word), self.before)
                rarities[word] = log((max(1, self.before) + 1) / (found + 1)) ** 2
            own += rarities[word]
        return min(1.0, score / sqrt(norm * own)) if norm and own else 0.0
