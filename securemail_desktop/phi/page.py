"""One field's text, cut once: words with what the vocabulary knows of them, sentences, and zones that don't speak of patients.

Offsets are Unicode code points. All cutting is linear in the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from securemail_desktop.phi.terms.category import category_of
from securemail_desktop.phi.terms.vocabulary import UNKNOWN, Entry, NameKind, Vocabulary

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_STOP = re.compile(r"[.!?]+(?=\s|$)|\n")
_ABBREVIATED = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Prof|vs|Pt|pt|geb|approx|No|[A-Z]))$")
_HEADER = re.compile(
    r"^[>|\s]*(?:(?:From|Sent|To|Cc|Bcc|Reply-To|Von|An|Gesendet|De|Para|À|Sender|Forwarded-by|Organi[sz]ation)\s*:|"
    r"(?:X|List|Resent|Return|Content|Message|In-Reply)-[A-Za-z-]{2,30}:)",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"^[>|\s]*(?:On|Am|Le|El)\b.{0,160}\b(?:wrote|writes|said|mentioned|schrieb|écrit|"
    r"escribió)\s*:?\s*$|^[>|\s]*[^>|\s]\S*(?: \S+){0,3} wrote:\s*$"
)
_CLOSING = re.compile(
    r"^[>|\s]*(?:(?:many |best |kind |warm |with |kindest )?(?:thanks|thank you|thx|regards|wishes|best|sincerely|"
    r"cheers|yours|respectfully"
    r"|cordially|mfg|mit freundlichen grüßen|viele grüße)\b[\w ]{0,24}[,.!]?|--)\s*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"confidentiality (?:notice|note|statement|warning)|intended recipient|intended only for|may contain (?:\w+ ){0,3}(?:protected|privileged|"
    r"confidential)|received this (?:\w+ )?"
    r"(?:in error|by mistake)|unauthori[sz]ed (?:use|disclosure)|privileged information",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 7
_DISCLAIMER_REACH = 120  # characters: what a line says before the disclaimer's words is no disclaimer
# A line that names a record is content wherever it stands: nobody may hide a patient behind the words of a disclaimer or a signature.
_RECORD = re.compile(r"\b(?:mrn|dob|ssn|d\.o\.b|medical record|date of birth|social security)\b|\b\d{3}-\d{2}-\d{4}\b", re.IGNORECASE)
_STRONG = frozenset({"condition", "drug", "lab", "symptom", "procedure"})
VERBS = frozenset(
    [
        "is",
        "was",
        "has",
        "had",
        "takes",
        "took",
        "needs",
        "needed",
        "shows",
        "showed",
        "starts",
        "started",
        "got",
        "gets",
        "came",
        "comes",
        "been",
        "developed",
        "underwent",
        "received",
        "refused",
        "died",
        "complains",
        "reports",
        "tested",
        "admitted",
        "discharged",
        "diagnosed",
        "treated",
        "operated",
        "ist",
        "war",
        "hat",
        "hatte",
    ]
)
_ZONED = "body"  # a subject or an attachment has neither signature nor disclaimer
_DIGITS = re.compile(r"[0-9]+")
_BEFORE_DIGITS, _AFTER_DIGITS, _BEFORE_CUE = 60, 60, 30


class Zone(Enum):
    """What a line is. Only content speaks of patients."""

    CONTENT = "content"
    HEADER = "header"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


class Word(NamedTuple):
    """One word: its place, how it is written, in small letters, what is known of it, and its health category or ''.

    A tuple and no dataclass, because a long message has a hundred thousand of them.
    """

    start: int
    end: int
    text: str
    lower: str
    entry: Entry
    category: str


class Page:
    """One field's text with its words, sentences, zones, and the stretches about digits (`numeric`: start and end, in order)."""

    def __init__(self, field: str, text: str, vocabulary: Vocabulary) -> None:
        """Cut the text."""
        self.field = field
        self.text = text
        self.words = _words(text, vocabulary)
        self.starts = [word.start for word in self.words]
        self._places = _places(self.words)
        self._stops = _stops(text)
        self._line_starts, self._zones = _zones(text, self.words) if field == _ZONED else ([0], [Zone.CONTENT])
        self.numeric = _numeric(text)
        self.entry = vocabulary.entry

    def near(self, cues: frozenset[str], reach: int) -> list[tuple[int, int]]:
        """Return the stretches about words in small letters, apart and in order: as far as `reach` characters after each."""
        starts = sorted(start for cue in cues & self._places.keys() for start in self._places[cue])
        return _joined((max(0, start - _BEFORE_CUE), min(len(self.text), start + reach)) for start in starts)

    def place(self, offset: int) -> int:
        """Return the index of the word at an offset, or of the one before it."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def sentence(self, offset: int) -> int:
        """Return the number of the sentence at an offset."""
        return bisect_right(self._stops, offset)

    def zone(self, offset: int) -> Zone:
        """Return the zone of the line at an offset."""
        return self._zones[bisect_right(self._line_starts, offset) - 1]


def _words(text: str, vocabulary: Vocabulary) -> list[Word]:
    known: dict[str, tuple[str, str, Entry, str]] = {}
    words = []
    for match in _WORD.finditer(text):
        word = match.group()
        facts = known.get(word)
        if facts is None:
            facts = known[word] = _facts(word, vocabulary)
        words.append(Word(match.start(), match.end(), *facts))
    return words


def _places(words: Sequence[Word]) -> dict[str, list[int]]:
    """Return where each word begins, in small letters; words with hyphens, apostrophes or digits are cut there too."""
    places: dict[str, list[int]] = {}
    for word in words:
        for part in (word.lower,) if word.lower.isalpha() else _PART.findall(word.lower):
            places.setdefault(part, []).append(word.start)
    return places


def _facts(word: str, vocabulary: Vocabulary) -> tuple[str, str, Entry, str]:
    lower = word.lower().replace("’", "'")
    entry = _entry(lower, vocabulary)
    return word, lower, entry, category_of(word, entry, vocabulary)


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


def _numeric(text: str) -> list[tuple[int, int]]:
    """Return the stretches of text about digits, apart and in order: most identifiers can stand nowhere else."""
    return _joined((max(0, m.start() - _BEFORE_DIGITS), min(len(text), m.end() + _AFTER_DIGITS)) for m in _DIGITS.finditer(text))


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches that come in order, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _stops(text: str) -> list[int]:
    return [m.end() for m in _STOP.finditer(text) if m.group() != "." or not _ABBREVIATED.search(text, max(0, m.start() - 6), m.start())]


def _line_starts(lines: Sequence[str]) -> list[int]:
    return [0, *accumulate(len(line) + 1 for line in lines[:-1])]


def _told(words: Sequence[Word], starts: Sequence[int]) -> set[int]:
    """Return the numbers of the lines that tell of somebody's health: a sentence with a verb. No signature and no disclaimer does."""
    strong = {bisect_right(starts, word.start) - 1 for word in words if word.category in _STRONG}
    return strong & {bisect_right(starts, word.start) - 1 for word in words if word.lower in VERBS} if strong else strong


def _quotes(line: str, following: Sequence[str]) -> bool:
    """Say whether the line introduces a quoted message: it names an address or a date, or what follows is quoted."""
    return "@" in line or any(map(str.isdigit, line)) or next((x[:1] in {">", "|"} for x in following if x.strip()), False)


def _zones(text: str, words: Sequence[Word]) -> tuple[list[int], list[Zone]]:
    starts, zones = [], []
    offset, signature, disclaimer = 0, 0, False
    disclaimers = [match.start() for match in _DISCLAIMER.finditer(text)]
    lines = text.split("\n")
    told = _told(words, _line_starts(lines))
    headers = [bool(_HEADER.match(line)) for line in lines]
    for number, line in enumerate(lines):
        bare = line.strip(" \t\r>|")
        signature = _SIGNATURE_LINES if _CLOSING.match(line) else _continued(signature, bare)
        begins = bisect_right(disclaimers, offset + min(len(line), _DISCLAIMER_REACH)) > bisect_right(disclaimers, offset - 1)
        disclaimer = bool(bare) and (disclaimer or begins)
        if number in told or _RECORD.search(line):
            signature, disclaimer = 0, False
        starts.append(offset)
        # One line alone is no header block: "To: the ward" may begin a sentence about a patient.
        header = headers[number] and any(headers[max(0, number - 1) : number] + headers[number + 1 : number + 2])
        header = header or (bool(_ATTRIBUTION.match(line)) and _quotes(line, lines[number + 1 : number + 3]))
        zones.append(_zone(line, header and number not in told, signature > 0, disclaimer))
        if zones[-1] is Zone.HEADER:
            signature = 0
        offset += len(line) + 1
    return starts, zones


def _continued(signature: int, bare: str) -> int:
    return signature - 1 if signature and len(bare) < 70 else 0


def _zone(line: str, header: bool, signature: bool, disclaimer: bool) -> Zone:
    if _RECORD.search(line):
        return Zone.CONTENT
    if header:
        return Zone.HEADER
    if disclaimer:
        return Zone.DISCLAIMER
    return Zone.SIGNATURE if signature else Zone.CONTENT
