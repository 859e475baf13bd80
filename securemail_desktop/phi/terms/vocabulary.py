"""The vocabulary's reader: one memory-mapped trie of words and phrases, made by `tests/training/build_vocabulary.py`.

Nothing is parsed or built when it is opened. A key's record says which kinds of name the word is and which health category it has.
"""

from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, IntFlag
from functools import cache
from pathlib import Path

import marisa_trie

from securemail_desktop.phi.terms.misspelling import keys

RECORD = "<HB"
IDIOM = "idiom"  # no health at all: it covers words that mean health elsewhere
CATEGORIES = ("", "shorthand", "drug", "condition", "lab", "procedure", "symptom", "care", "payment", "general", IDIOM, "place")
LONGEST_PHRASE = 5
LONGEST_AMBIGUOUS = 5
LETTERS_APART = 1
_PLURALS = frozenset({"s", "es"})
_ENDINGS = (
    ("s", ("",)),
    ("es", ("",)),
    ("ied", ("y",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
    ("ies", ("y",)),
    ("er", ("", "e")),
    ("est", ("", "e")),
    ("ly", ("",)),
    ("ness", ("",)),
)


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
    KNOWN = 64
    STRONG_SIGN = 128
    WEAK_SIGN = 256
    ANIMAL = 512
    AMBIGUOUS = 1024


class Sign(Enum):
    """What a word shows of the message that it stands in: it concerns no patient in particular (strong or weak), or an animal."""

    NONE = ""
    STRONG = "strong"
    WEAK = "weak"
    ANIMAL = "animal"

    def __bool__(self) -> bool:
        return self is not Sign.NONE


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one word.

    `kinds` are the kinds of name that it is (bits of `NameKind`, as a number because sums of enums are slow), `phrase` whether phrases begin
    with it, `category` its health category or '', `known` whether it is an ordinary word, `formed` whether only as
    the form of one (a name may look so too: "Naveed"), `sign` what it shows of its message.
    """

    kinds: int
    phrase: bool
    category: str
    never_name: bool = False
    known: bool = False
    sign: Sign = Sign.NONE
    formed: bool = False


# As numbers, because sums of enums are slow.
_PHRASE, _NEVER_NAME, _KNOWN = int(WordFlag.PHRASE), int(WordFlag.NEVER_NAME), int(WordFlag.KNOWN)
_AMBIGUOUS, _ANIMAL, _STRONG = int(WordFlag.AMBIGUOUS), int(WordFlag.ANIMAL), int(WordFlag.STRONG_SIGN)
UNKNOWN = Entry(0, phrase=False, category="")


class Vocabulary:
    """Words and phrases of health and names of persons."""

    def __init__(self, folder: Path) -> None:
        """Map the files; raise OSError when one is missing."""
        self._trie = _mapped(folder / "words.marisa")
        self._misspellings = _mapped(folder / "misspellings.marisa")

    def entry(self, word: str) -> Entry:
        """Return what is known of a word in small letters: of itself, or, when nothing is, of the word that it is a form of."""
        found = self._exact(word)
        if found is not UNKNOWN or len(word) < 5:
            return found
        for ending, replacements in _ENDINGS:
            if word.endswith(ending):
                for replacement in replacements:
                    base = self._exact(word[: -len(ending)] + replacement)
                    if base.category or base.known or base.never_name:
                        category = base.category if ending in _PLURALS else ""
                        return Entry(0, phrase=False, category=category, never_name=base.never_name, known=True, formed=True)
        return UNKNOWN

    def _exact(self, word: str) -> Entry:
        records = self._trie.get(word)
        if not records:
            return UNKNOWN
        return _entry(*records[0])

    def category(self, word: str) -> str:
        """Return a word's or phrase's health category, '' where it has none."""
        records = self._trie.get(word)
        return CATEGORIES[records[0][1]] if records else ""

    def begins_phrase(self, text: str) -> bool:
        """Say whether any entry begins with the text."""
        return next(self._trie.iterkeys(text), None) is not None

    def longest(self, text: str, lengths: Container[int]) -> tuple[int, str] | None:
        """Return the length and the category of the longest entry of these lengths that a text in small letters begins with and that has one."""
        for entry in reversed(self._trie.prefixes(text)):
            if len(entry) in lengths and (category := self.category(entry)):
                return len(entry), category
        return None

    def ambiguous(self, word: str) -> bool:
        """Return whether an abbreviation in capitals means something else as often as its health term."""
        records = self._trie.get(word)
        return bool(records) and bool(records[0][0] & _AMBIGUOUS)

    def misspelt(self, word: str) -> str:
        """Return the health category of the term that a word in small letters misspells, '' where there is none."""
        for key in keys(word):
            records = self._misspellings.get(key)
            if records and abs(records[0][0] - len(word)) <= LETTERS_APART:
                return CATEGORIES[records[0][1]]
        return ""


@cache
def _entry(flags: int, category: int) -> Entry:
    """Return what a record says; a few hundred records are told apart."""
    return Entry(
        flags & 15,
        bool(flags & _PHRASE),
        CATEGORIES[category],
        bool(flags & _NEVER_NAME),
        bool(flags & _KNOWN),
        _sign(flags),
    )


def _sign(flags: int) -> Sign:
    if flags < _STRONG:
        return Sign.NONE
    if flags & _ANIMAL:
        return Sign.ANIMAL
    return Sign.STRONG if flags & _STRONG else Sign.WEAK


def _mapped(file: Path) -> marisa_trie.RecordTrie:
    trie = marisa_trie.RecordTrie(RECORD)
    trie.mmap(str(file))
    return trie


@cache
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary, mapped once."""
    return Vocabulary(Path(__file__).parent)
