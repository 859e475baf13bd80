"""The lines of a message that don't speak of patients: headers of quoted mail, signatures, disclaimers."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import accumulate
from operator import itemgetter

from securemail_desktop.phi.word import Word

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
# What each of these holds one of: a text without it need not be searched.
_WROTE = ("wrote", "writes", "said", "mentioned", "schrieb", "écrit", "escribió")
_DISCLAIMER_SIGNS = ("confidentiality ", "intended ", "may contain ", "received this ", "unauthori", "privileged information")
_CLOSERS, _LONGEST_CLOSING, _BLANK = frozenset("mbkwtrscyv-"), 60, " \t\r\f\v\xa0>|"
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


class Zone(Enum):
    """What a line is. Only content speaks of patients."""

    CONTENT = "content"
    HEADER = "header"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


def zones_of(text: str, small: str, words: Sequence[Word]) -> tuple[list[int], list[Zone]]:
    """Return where the lines of a text begin, and the zone of each; `small` is the text in small letters, of the same length."""
    lines = _Lines(text, small, words)
    return lines.starts, lines.zones()


class _Lines:
    """The lines of one text, and the numbers of those that begin a zone. Most texts have few: only they are read closely."""

    def __init__(self, text: str, small: str, words: Sequence[Word]) -> None:
        self._text, self._words = text, words
        self._lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self._lines[:-1])]
        self._headers = self._header_lines()
        self._closings = {number for number, line in enumerate(self._lines) if _closes(line)}
        self._disclaimers = self._disclaimer_lines(small)

    def zones(self) -> list[Zone]:
        found, signature, disclaimer = [Zone.CONTENT] * len(self._lines), 0, False
        special = self._headers | self._closings | self._disclaimers
        for number, line in enumerate(self._lines):
            if not (signature or disclaimer or number in special):
                continue
            bare = line.strip(" \t\r>|")
            signature = _SIGNATURE_LINES if number in self._closings else _continued(signature, bare)
            disclaimer = bool(bare) and (disclaimer or number in self._disclaimers)
            if _RECORD.search(line) or self._told(number):
                signature, disclaimer = 0, False
            elif number in self._headers:
                found[number], signature = Zone.HEADER, 0
            elif disclaimer or signature > 0:
                found[number] = Zone.DISCLAIMER if disclaimer else Zone.SIGNATURE
        return found

    def _header_lines(self) -> set[int]:
        """Return the lines of headers and those that introduce a quoted message."""
        headers = {number for number, line in enumerate(self._lines) if ":" in line and _HEADER.match(line)}
        # One line alone is no header block: "To: the ward" may begin a sentence about a patient.
        blocks = {number for number in headers if number - 1 in headers or number + 1 in headers}
        wrote = {self._line(place) for word in _WROTE for place in occurrences(word, self._text)}
        return blocks | {n for n in wrote if _ATTRIBUTION.match(self._lines[n]) and _quotes(self._lines[n], self._lines[n + 1 : n + 3])}

    def _disclaimer_lines(self, small: str) -> set[int]:
        starts = [place for sign in _DISCLAIMER_SIGNS for place in occurrences(sign, small) if _DISCLAIMER.match(self._text, place)]
        lines = [(self._line(start), start) for start in starts]
        return {line for line, start in lines if start - self.starts[line] <= _DISCLAIMER_REACH}

    def _line(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _told(self, number: int) -> bool:
        """Return whether the line tells of somebody's health: a sentence with a verb. No signature and no disclaimer does."""
        start = self.starts[number]
        low, high = (bisect_left(self._words, end, key=itemgetter(0)) for end in (start, start + len(self._lines[number])))
        words = self._words[low:high]
        return any(word.category in _STRONG for word in words) and any(word.lower in VERBS for word in words)


def occurrences(sign: str, text: str) -> Iterator[int]:
    """Yield where a sign stands in a text."""
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _closes(line: str) -> bool:
    """Say whether the line closes a letter; long lines and what begins otherwise need not be asked."""
    bare = line.strip(_BLANK)
    return len(bare) <= _LONGEST_CLOSING and bare[:1].lower() in _CLOSERS and _CLOSING.match(line) is not None


def _quotes(line: str, following: Sequence[str]) -> bool:
    """Say whether the line introduces a quoted message: it names an address or a date, or what follows is quoted."""
    return "@" in line or any(map(str.isdigit, line)) or next((x[:1] in {">", "|"} for x in following if x.strip()), False)


def _continued(signature: int, bare: str) -> int:
    return signature - 1 if signature and len(bare) < 70 else 0
