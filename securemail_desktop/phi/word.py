"""One word of a text and what is known of it, whatever stands around it: asked once for each spelling, because messages repeat their words."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from securemail_desktop.phi.terms.category import category_of
from securemail_desktop.phi.terms.vocabulary import UNKNOWN, Entry, NameKind, Vocabulary

_REMEMBERED = 16_384  # spellings, of some hundred bytes each
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTENED = re.compile(r"['’](?:ll|ve|re|d|m|t)$")
_WORD_KIND = int(NameKind.WORD)
_NAME, _UNKNOWN = "@", "?"
BARE = frozenset({_NAME, _UNKNOWN})  # the kinds of words that may name somebody and say nothing of him


class Facts(NamedTuple):
    """What is known of one spelling.

    `text` as written, `lower` in small letters, `entry` of the vocabulary, `category` of health or '', `named` whether a name can begin with
    it (particles in small letters aside), `kind` what it is to the model of genres: a name, a number, a category of health, or itself.
    """

    text: str
    lower: str
    entry: Entry
    category: str
    named: bool
    kind: str


class Word(NamedTuple):
    """One word: its place, and its `Facts`.

    A tuple and no dataclass, because a long message has a hundred thousand of them.
    """

    start: int
    end: int
    text: str
    lower: str
    entry: Entry
    category: str
    named: bool
    kind: str


@lru_cache(_REMEMBERED)
def facts_of(word: str, vocabulary: Vocabulary) -> Facts:
    """Return what is known of a word as it is written."""
    lower = word.lower().replace("’", "'")
    entry = _entry(lower, vocabulary)
    category = category_of(word, entry, vocabulary)
    return Facts(word, lower, entry, category, _named(word, lower, entry, category), _kind(lower, entry, category))


def strange(word: Word | Facts) -> bool:
    """Return whether a word may be a name that no list knows: neither an ordinary word nor a term."""
    return _strange(word.text, word.entry)


def lettered(text: str) -> bool:
    """Return whether a word is of letters alone, hyphens and apostrophes between them aside."""
    return _LETTERS.fullmatch(text) is not None


def _strange(text: str, entry: Entry) -> bool:
    return len(text) > 2 and not (entry.kinds or entry.known or entry.category or entry.phrase) and lettered(text)


def _named(text: str, lower: str, entry: Entry, category: str) -> bool:
    if not text[0].isalpha() or ("'" in lower and _SHORTENED.search(lower)):
        return False
    if text[0].isupper():
        return True
    ordinary = (entry.known or category) and not entry.kinds and text[0].islower()
    return not ordinary and not entry.category and (bool(entry.kinds) or _strange(text, entry))


def _kind(lower: str, entry: Entry, category: str) -> str:
    if category:
        return "+" + category
    if not lower.isalpha() and any(map(str.isdigit, lower)):
        return "#"
    if entry.kinds and not entry.kinds & _WORD_KIND:
        return _NAME
    return lower if entry.known or entry.kinds or entry.never_name else _UNKNOWN


def _entry(lower: str, vocabulary: Vocabulary) -> Entry:
    if "-" in lower:
        return _compound(lower, vocabulary)
    if not lower.endswith("'s"):
        return vocabulary.entry(lower)
    entry = vocabulary.entry(lower)
    return entry if entry.category or entry.phrase else vocabulary.entry(lower[:-2])


def _compound(lower: str, vocabulary: Vocabulary) -> Entry:
    """Return what is known of a word with hyphens: a name or an ordinary word when each of its parts is ("preservative-free")."""
    entry = vocabulary.entry(lower)
    if entry is not UNKNOWN:
        return entry
    parts = [vocabulary.entry(part) for part in lower.split("-") if len(part) > 1]
    kinds = [part.kinds & ~NameKind.WORD for part in parts]
    if kinds and all(kinds):
        return replace(UNKNOWN, kinds=min(kinds) | (NameKind.WORD if all(part.kinds & NameKind.WORD for part in parts) else 0))
    ordinary = bool(parts) and all(part.known or part.category for part in parts)
    return replace(UNKNOWN, known=True) if ordinary else UNKNOWN
