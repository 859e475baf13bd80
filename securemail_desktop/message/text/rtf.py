"""The text of an RTF document (Rich Text Format 1.9.1): body, headers, footers, notes, comments, properties; hidden and deleted text apart."""

import re
from dataclasses import dataclass, replace

from securemail_desktop.message import charset
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import LARGEST_TEXT, AttachmentText, Gathered

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<octet>[0-9a-fA-F]{2})|\\(?P<symbol>.)|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
_SIGNS = {
    "par": "\n", "line": "\n", "row": "\n", "nestrow": "\n", "sect": "\n", "page": "\n", "cell": "\t", "nestcell": "\t", "tab": "\t",
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "~": " ", "_": "-",
    "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n",
}  # fmt: skip
_NO_TEXT = frozenset({
    "fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "generator", "themedata", "colorschememapping",
    "datastore", "latentstyles", "xmlnstbl", "filetbl", "revtbl", "sp", "creatim", "revtim", "printim", "buptim", "blipuid", "pgptbl", "mmathPr",
    "nonshppict",
})  # fmt: skip
_OF_ITS_OWN = frozenset({
    "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "shptxt", "title", "subject",
    "author", "operator", "manager", "company", "keywords", "doccomm", "category", "info",
})  # fmt: skip
_KEPT = frozenset(
    {"annotation", "atnauthor", "shpinst", "fldinst", "docvar", "company", "nesttableprops", "ud", "upr", "shppict", "objdata"}
)
_AUTHORS = frozenset({"author", "operator", "manager"})
_SIDES = frozenset({"picwgoal", "pichgoal"})
_TWIPS = 567  # to a centimetre
_SMALL = 30  # cm²: a logo, no page
_PICTURES = "Pictures in it are not read."
_FILES = "Files in it are not read."


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds up to the closing brace. `fallback` is how many characters for old programs follow one in Unicode."""

    skipped: bool = False
    hidden: bool = False
    block: bool = False
    picture: bool = False
    fallback: int = 1


def rtf_text(content: bytes) -> AttachmentText:
    """Return the text of a document; linear, never fails."""
    reader = _Reader()
    position = 0
    while position < len(content) and reader.length <= LARGEST_TEXT:
        token = _TOKEN.match(content, position)
        if token is None:  # a lone backslash at the end
            break
        position = token.end() + reader.take(token)
    return reader.result()


class _Reader:
    """Takes one token after the other."""

    def __init__(self) -> None:
        self.length = 0
        self._group = _Group()
        self._outer: list[_Group] = []
        self._codec = "cp1252"
        self._octets: list[bytes] = []
        self._pieces: dict[bool, list[str]] = {False: [], True: []}
        self._ignored = 0
        self._starred = False
        self._sides: dict[str, float] = {}
        self._gathered = Gathered()

    def take(self, token: re.Match[bytes]) -> int:
        """Take a token; return how many octets of binary data follow it."""
        if word := token["word"]:
            return self._word(word.decode("ascii"), token["number"])
        if octet := token["octet"]:
            self._raw(bytes.fromhex(octet.decode("ascii")))
        elif symbol := token["symbol"]:
            self._starred = symbol == b"*"
            self._write(_SIGNS.get(symbol.decode("latin-1"), ""))
        elif token["brace"] == b"{":
            self._flush()
            self._outer.append(self._group)
            if self._group.block or self._group.picture:
                self._group = replace(self._group, block=False, picture=False)
        elif token["brace"] == b"}":
            self._close()
        elif text := token["text"]:
            self._raw(text)
        return 0

    def result(self) -> AttachmentText:
        """Return all of it."""
        while self._outer:
            self._close()
        self._flush()
        for hidden, pieces in self._pieces.items():
            text = (
                "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            )  # halves of a character come one by one
            lines = "\n".join(line for line in text.split("\n") if line.strip())
            self._gathered.write(lines, kind=PassageKind.HIDDEN if hidden else PassageKind.AUTHORED)
        return self._gathered.result()

    def _word(self, word: str, digits: bytes | None) -> int:
        starred, self._starred = self._starred, False
        number = int(digits) if digits else None
        if word in _NO_TEXT or (starred and word not in _KEPT):
            self._group = replace(self._group, skipped=True)
        elif word == "bin":
            return max(0, number or 0)
        elif word == "u" and number is not None:
            self._write(chr(number & 0xFFFF))
            self._ignored = self._group.fallback
        elif word in _SIGNS:
            self._write(_SIGNS[word])
        else:
            self._property(word, number)
        return 0

    def _property(self, word: str, number: int | None) -> None:
        if word == "ansicpg" and number:
            self._codec = f"cp{number}"
        elif word == "uc" and number is not None:
            self._group = replace(self._group, fallback=min(number, 9))
        elif word in {"v", "deleted"}:
            self._flush()
            self._group = replace(self._group, hidden=number != 0)
        elif word == "fldinst":
            self._group = replace(self._group, hidden=True)
        elif word == "pict":
            self._group, self._sides = replace(self._group, skipped=True, picture=True), {}
        elif word == "objdata":
            self._gathered.miss(_FILES)
            self._group = replace(self._group, skipped=True)
        elif word in _SIDES:
            self._sides[word] = abs(number or 0) / _TWIPS
        elif word in _OF_ITS_OWN:
            self._write("\nAuthor: " if word in _AUTHORS else "\n")
            self._group = replace(self._group, block=True)

    def _close(self) -> None:
        self._flush()
        self._ignored = 0
        if self._group.block:
            self._write("\n")
        if self._group.picture and not 0 < self._sides.get("picwgoal", 0) * self._sides.get("pichgoal", 0) <= _SMALL:
            self._gathered.miss(_PICTURES)
        self._group = self._outer.pop() if self._outer else _Group()

    def _raw(self, octets: bytes) -> None:
        """Take text in the document's code page, without what stands there for programs that know no Unicode."""
        ignored = min(self._ignored, len(octets))
        self._ignored -= ignored
        if not self._group.skipped and octets[ignored:]:
            self._octets.append(octets[ignored:])

    def _flush(self) -> None:
        if self._octets:
            octets, self._octets = b"".join(self._octets), []
            self._write(charset.decode(octets, self._codec))

    def _write(self, text: str) -> None:
        if self._octets:
            self._flush()
        if text and not self._group.skipped:
            self._pieces[self._group.hidden].append(text)
            self.length += len(text)
