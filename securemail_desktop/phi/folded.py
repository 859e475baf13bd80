"""Text as detection reads it: as a person sees it.

Compatibility characters are folded (NFKC, UAX #15), every dash is a hyphen, what is invisible (format characters, NULs, what UAX #44 calls default
ignorable) or only strikes letters through is left out, octets in links (RFC 3986, 2.1) are characters, and Cyrillic or Greek letters in a Latin word
are the Latin ones that they look like. Soft hyphens come with text from web pages, `%20` with links from other programs, the rest by accident or on
purpose; none may hide a patient. Offsets are kept.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace

from securemail_desktop.phi.finding import Finding, HealthTerm

_OTHER = re.compile(r"[^\t-\r -\x7e]|(?<=[^\s%])%[2-7][0-9A-Fa-f]")
_MINUS = "\u2212"
# DerivedCoreProperties.txt, Default_Ignorable_Code_Point, without the category Cf; and the blank of braille.
_IGNORABLE = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, *range(0xFE00, 0xFE10), 0xFFA0))
)
_OVERLAY = 1  # UAX #44, canonical combining class
_LOOKS_LIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονυρ",
        "ABESIJKMHOPCTYXaesijopcyxdhqwABEZHIKMNOPTYXovup",
        strict=True,
    )
)
_FOREIGN = re.compile(f"[{''.join(_LOOKS_LIKE)}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text. `starts` are offsets in it from which on `origins`, the original offset of that character, counts."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    @property
    def changed(self) -> bool:
        """Say whether any offset may be another one."""
        return len(self.starts) > 1

    def original(self, offset: int) -> int:
        """Return the original offset of a character; what one character became counts as that character."""
        number = bisect_right(self.starts, offset) - 1
        step = offset - self.starts[number]
        limit = self.origins[number + 1] - self.origins[number] - 1 if number + 1 < len(self.origins) else step
        return self.origins[number] + min(step, max(limit, 0))


def fold(text: str) -> Folded:
    """Return the text folded; linear in its length."""
    parts: list[str] = []
    starts, origins = [0], [0]
    read = written = 0
    text = _as_latin(text)
    for match in _OTHER.finditer(text):
        character = match.group()
        new = _folded(character)
        if new == character:
            continue
        parts += (text[read : match.start()], new)
        written += match.start() - read
        starts += (written, written + len(new))
        origins += (match.start(), match.end())
        written += len(new)
        read = match.end()
    parts.append(text[read:])
    return Folded("".join(parts), tuple(starts), tuple(origins))


def _as_latin(text: str) -> str:
    """Return the text with the look-alikes of Latin letters in Latin words replaced, character by character."""
    return _WORD.sub(_latin_word, text) if _FOREIGN.search(text) else text


def _latin_word(match: re.Match[str]) -> str:
    word = match.group()
    mixed = _LATIN.search(word) and _FOREIGN.search(word)
    return "".join(_LOOKS_LIKE.get(letter, letter) for letter in word) if mixed else word


def _folded(character: str) -> str:
    if len(character) > 1:
        return chr(int(character[1:], 16))
    category = unicodedata.category(character)
    if category in {"Cf", "Cc"}:
        return " " if character.isspace() else ""
    if category == "Me" or character in _IGNORABLE or unicodedata.combining(character) == _OVERLAY:
        return ""
    return "-" if category == "Pd" or character == _MINUS else unicodedata.normalize("NFKC", character)


def unfold_finding(finding: Finding, folded: Folded) -> Finding:
    """Return the finding with the original text's offsets."""
    return replace(finding, start=folded.original(finding.start), end=folded.original(finding.end - 1) + 1)


def unfold_term(term: HealthTerm, folded: Folded) -> HealthTerm:
    """Return the term with the original text's offsets."""
    return replace(term, start=folded.original(term.start), end=folded.original(term.end - 1) + 1)
