"""Patterns and word lists in linear time: RE2 (google-re2), so that no policy and no message can freeze the author's window.

RE2 knows no back-references and no look-around; such a pattern is refused when the policy is loaded. A text is searched as it was written (UTF-8,
NFC) and as it reads: compatibility forms folded (NFKC), zero-width characters left out, and letters of another alphabet within a Latin word taken
for the Latin ones that they look like (UTS #39). A word that is all Cyrillic stays what it is. Words are compared after full case folding as well.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import re2

from securemail_desktop.phi.folded import fold
from securemail_desktop.recipients.skeleton import confusables

MEMORY = 1 << 20
"""Bytes that one compiled pattern may take; larger ones are refused."""

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z]")


class PatternError(Exception):
    """A pattern that RE2 does not accept; the text says why."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A text in the forms that are searched, as UTF-8: `written` for patterns and words, `caseless` for words only."""

    written: tuple[bytes, ...]
    caseless: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """A compiled pattern; `group` is the part of a match after which the search goes on."""

    regexp: Any
    group: int
    caseless: bool = False

    def count(self, text: Searchable, enough: int) -> int:
        """Return the number of matches in the form of the text that has most, at most `enough`."""
        found = 0
        for data in (*text.written, *(text.caseless if self.caseless else ())):
            found = max(found, self._count(data, enough))
            if found >= enough:
                break
        return found

    def _count(self, data: bytes, enough: int) -> int:
        found = position = 0
        while found < enough and position <= len(data) and (match := self.regexp.search(data, position)):
            found += 1
            position = max(match.end(self.group), position + 1)
        return found


def searchable(text: str) -> Searchable:
    """Return the text as finders search it."""
    if text.isascii():
        return Searchable((text.encode(),))
    reads = _as_it_reads(text)
    written = dict.fromkeys([unicodedata.normalize("NFC", text), reads])
    folded = reads.casefold()
    return Searchable(tuple(map(_encoded, written)), (_encoded(folded),) if folded != reads.lower() else ())


def _as_it_reads(text: str) -> str:
    folded = unicodedata.normalize("NFC", fold(text).text)
    return folded if folded.isascii() else _WORD.sub(lambda word: _in_latin(word[0]), folded)


def _in_latin(word: str) -> str:
    """Return a word that mixes Latin letters with look-alikes of other alphabets in Latin letters alone, any other word as it is."""
    if word.isascii() or not _LATIN.search(word):
        return word
    table = confusables()
    return "".join(c if c.isascii() or not (t := table.get(c, c)).isascii() or _is_latin(c) else t for c in word)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def compile_pattern(source: str) -> Finder:
    """Compile one RE2 pattern; raise `PatternError`."""
    return Finder(_compile(unicodedata.normalize("NFC", source), case_sensitive=True), 0)


def compile_words(words: Sequence[str]) -> Finder:
    """Compile whole words and phrases, upper and lower case alike, any white space between the words of a phrase."""
    every = dict.fromkeys(form for word in words for form in (word, folded_words(word)))
    phrases = "|".join(_phrase(w) for w in every)
    return Finder(_compile(rf"(?:^|[^\pL\pN_])({phrases})(?:[^\pL\pN_]|$)", case_sensitive=False), 1, caseless=True)


def folded_words(text: str) -> str:
    """Return words as `caseless` texts have them: two that differ in case, width or invisible characters only are equal."""
    return _as_it_reads(text).casefold()


def _phrase(text: str) -> str:
    return r"[\s\x{a0}]+".join(re2.escape(w) for w in unicodedata.normalize("NFC", text).split())


def _compile(source: str, *, case_sensitive: bool) -> Any:
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.max_mem = MEMORY
    options.log_errors = False
    try:
        return re2.compile(source, options)
    except re2.error as error:
        raise PatternError(_reason(error.args[0])) from error


def _reason(raw: object) -> str:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    if "(?" in text or "escape sequence" in text:
        return f"expected a pattern that runs in linear time (RE2: no look-around, no back-references): {text}"
    return f"expected a pattern in RE2 syntax: {text}"
