"""Misspelt terms: one letter wrong, missing, too many or swapped, or the same consonants ("levothyroxin", "siezure", "prednizone").

A term and a misspelling of it share a key: the word itself, the word less one letter, or its consonants as they sound.
"""

import re

LEAST_LETTERS = 7
MOST_LETTERS = 60  # no term is longer; the keys of a word of 60,000 letters, as base64 without line ends is, would take gigabytes
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"[gk]h|ck|[cq]"), "k"),
    (re.compile(r"[zx]"), "s"),
    (re.compile(r"k(?=[eiy])"), "s"),
    (re.compile(r"[aeiouyhw]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def keys(word: str) -> list[str]:
    """Return the keys of a word in small letters; none for words too short or too long to be judged."""
    if not LEAST_LETTERS <= len(word) <= MOST_LETTERS:
        return []
    shorter = [word[:index] + word[index + 1 :] for index in range(1, len(word))]
    sound = sounds(word)
    return [word, *shorter, *(["~" + sound] if len(sound) >= 5 else [])]


def sounds(word: str) -> str:
    """Return a word's consonants as they sound, its first letter kept."""
    rest = word[1:]
    for pattern, replacement in _SOUNDS:
        rest = pattern.sub(replacement, rest)
    return word[0] + rest
