"""Patterns and word lists in linear time: RE2 (google-re2), so that no policy and no message can freeze the author's window.

RE2 knows no back-references and no look-around; such a pattern is refused when the policy is loaded. Texts are searched as UTF-8 in NFC.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import re2

MEMORY = 1 << 20
"""Bytes that one compiled pattern may take; larger ones are refused."""


class PatternError(Exception):
    """A pattern that RE2 does not accept; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """A compiled pattern; `group` is the part of a match after which the search goes on."""

    regexp: Any
    group: int

    def count(self, data: bytes, enough: int) -> int:
        """Return the number of matches in the text, at most `enough`."""
        found = position = 0
        while found < enough and position <= len(data) and (match := self.regexp.search(data, position)):
            found += 1
            position = max(match.end(self.group), position + 1)
        return found


def searchable(text: str) -> bytes:
    """Return the text as finders search it."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace")


def compile_pattern(source: str) -> Finder:
    """Compile one RE2 pattern; raise `PatternError`."""
    return Finder(_compile(unicodedata.normalize("NFC", source), case_sensitive=True), 0)


def compile_words(words: Sequence[str]) -> Finder:
    """Compile whole words and phrases, upper and lower case alike, any white space between the words of a phrase."""
    phrases = "|".join(_phrase(w) for w in words)
    return Finder(_compile(rf"(?:^|[^\pL\pN_])({phrases})(?:[^\pL\pN_]|$)", case_sensitive=False), 1)


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
