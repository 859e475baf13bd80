"""The vocabulary's reader: one memory-mapped trie of words and phrases, made by `tests/training/build_vocabulary.py`.

Nothing is parsed or built when it is opened. A key's record says which kinds of name the word is and which health category it has.
"""

from dataclasses import dataclass
from enum import IntFlag
from functools import cache
from pathlib import Path

import marisa_trie

RECORD = "<HB"
CATEGORIES = ("", "shorthand", "drug", "condition", "lab", "procedure", "symptom", "care", "payment", "general")
LONGEST_PHRASE = 5


class NameKind(IntFlag):
    """What a word is as a name: given, family, a common family name, also an ordinary word."""

    GIVEN = 1
    FAMILY = 2
    COMMON = 4
    WORD = 8


class WordFlag(IntFlag):
    """Other properties of a word, in the same field as `NameKind`."""

    PHRASE = 16
    NEVER_NAME = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one word: name kinds, whether phrases begin with it, its health category or '', whether it is never a name."""

    kinds: NameKind
    phrase: bool
    category: str
    never_name: bool = False


UNKNOWN = Entry(NameKind(0), phrase=False, category="")


class Vocabulary:
    """Words and phrases of health and names of persons."""

    def __init__(self, file: Path) -> None:
        """Map the file; raise OSError when it is missing."""
        self._trie = marisa_trie.RecordTrie(RECORD)
        self._trie.mmap(str(file))

    def entry(self, word: str) -> Entry:
        """Return what is known of a word in small letters, or of a phrase with single spaces."""
        records = self._trie.get(word)
        if not records:
            return UNKNOWN
        flags, category = records[0]
        return Entry(NameKind(flags & 15), bool(flags & WordFlag.PHRASE), CATEGORIES[category], bool(flags & WordFlag.NEVER_NAME))

    def category(self, word: str) -> str:
        """Return a word's or phrase's health category, '' where it has none."""
        records = self._trie.get(word)
        return CATEGORIES[records[0][1]] if records else ""


@cache
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary, mapped once."""
    return Vocabulary(Path(__file__).with_name("words.marisa"))
