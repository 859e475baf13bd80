"""The mail that was sent and got, as numbers in flat arrays: who, when, and digests of words; oldest first. Nothing in it can be read as text.

A position is a message's place in the log. Words are 16-bit buckets: enough for likeness, too few to read a message back.
"""

import hashlib
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

BUCKETS = 1 << 16
WORDS_KEPT = 40
WORD = re.compile(r"[^\W\d_]{3,20}")
ANSWER_MARK = re.compile(r"^\s*(?:re|aw|sv|antw|fwd?|wg|rv|tr)(?:\[\d+\])?\s*:", re.IGNORECASE)
REPLY_MARK = re.compile(r"^\s*(?:(?:re|aw|sv|antw|fwd?|wg|rv|tr)(?:\[\d+\])?\s*:\s*|\[[^\]]{0,60}\]\s*)+", re.IGNORECASE)


def digest(text: str) -> int:
    """Return 62 bits of a Message-ID: enough to tell millions apart, and not readable; 0 for no Message-ID."""
    if not text:
        return 0
    return (int.from_bytes(hashlib.blake2b(text.strip().encode(), digest_size=8).digest()) >> 2) or 1


def subject_number(subject: str) -> int:
    """Return 31 bits of a subject without its reply marks and tags; 0 for an empty one."""
    plain = REPLY_MARK.sub("", subject).strip().casefold()
    return (crc32(plain.encode()) >> 1) or 1 if plain else 0


def is_reply(subject: str) -> bool:
    """Return whether a subject says that it answers or forwards."""
    return ANSWER_MARK.match(subject) is not None


def buckets(subject: str, text: str) -> tuple[int, ...]:
    """Return the distinct buckets of the words that tell most: the subject's, then the first of the body, at most 40."""
    found = dict.fromkeys(crc32(word.encode()) & 0xFFFF for word in WORD.findall(REPLY_MARK.sub("", subject).casefold()))
    for word in WORD.finditer(text[:4000].casefold()):
        if len(found) >= WORDS_KEPT:
            break
        found[crc32(word.group().encode()) & 0xFFFF] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message's numbers: UTC seconds, digests of its own and of the answered Message-ID, whether the user sent it, its subject's number."""

    when: int
    number: int
    parent: int
    sent: bool
    subject: int


class MessageLog:
    """Messages by position. The first participant is the author."""

    def __init__(self) -> None:
        """Start empty."""
        self.times = array("q")
        self.digests = array("q")
        self.parents = array("q")
        self.subjects = array("I")
        self.sent_positions = array("I")
        self._starts = array("I", [0])
        self._participants = array("I")
        self._word_starts = array("I", [0])
        self._words = array("H")
        self._by_digest: dict[int, int] = {}
        self._by_word: list[array[int] | None] = [None] * BUCKETS

    def __len__(self) -> int:
        return len(self.times)

    def append(self, entry: Entry, people: Sequence[int], words: Sequence[int]) -> int:
        """Write one message: its numbers, the people's (the author first), and word buckets; return its position."""
        position = len(self.times)
        self.times.append(entry.when)
        self.digests.append(entry.number)
        self.parents.append(entry.parent)
        self.subjects.append(entry.subject)
        self._participants.extend(people)
        self._starts.append(len(self._participants))
        self._words.extend(words)
        self._word_starts.append(len(self._words))
        if entry.sent:
            self.sent_positions.append(position)
        if entry.number:
            self._by_digest[entry.number] = position
        self._file(position, entry.subject, words)
        return position

    def _file(self, position: int, subject: int, words: Sequence[int]) -> None:
        for bucket in {*words, subject & 0xFFFF} if subject else words:
            filed = self._by_word[bucket]
            if filed is None:
                self._by_word[bucket] = array("I", [position])
            else:
                filed.append(position)

    def people(self, position: int) -> "array[int]":
        """Return the people's numbers of a message, the author first."""
        return self._participants[self._starts[position] : self._starts[position + 1]]

    def size(self, position: int) -> int:
        """Return how many people are in a message."""
        return self._starts[position + 1] - self._starts[position]

    def words(self, position: int) -> "array[int]":
        """Return the word buckets of a message."""
        return self._words[self._word_starts[position] : self._word_starts[position + 1]]

    def find(self, number: int) -> int | None:
        """Return the position of a Message-ID's digest."""
        return self._by_digest.get(number) if number else None

    def with_word(self, bucket: int) -> "Sequence[int]":
        """Return the positions of the messages that hold a word's bucket."""
        return self._by_word[bucket] or ()

    def with_subject(self, subject: int) -> Iterator[int]:
        """Yield the positions of the messages of a subject, newest first."""
        filed = self.with_word(subject & 0xFFFF) if subject else ()
        return (position for position in reversed(filed) if self.subjects[position] == subject)

    def since(self, when: int) -> int:
        """Return the first position at or after a time; the log is in order of time but for stragglers."""
        return bisect_left(self.times, when)

    def was_sent(self, position: int) -> bool:
        """Return whether the user sent the message."""
        at = bisect_left(self.sent_positions, position)
        return at < len(self.sent_positions) and self.sent_positions[at] == position
