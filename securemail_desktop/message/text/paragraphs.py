"""The text of Office and OpenDocument markup (ISO/IEC 29500-1, 26300): paragraphs, rows of tables with a tab between cells, what is outside both.

Deleted and hidden text is text: it travels with the file. Word's second version of a shape for old programs counts only where it says more.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import Gathered

_PARAGRAPH = frozenset({"p", "h", "comment"})
_ROW, _CELL = frozenset({"tr", "table-row"}), frozenset({"tc", "table-cell"})
_BREAK = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": "\t", "s": " ", "noBreakHyphen": "-"}
_DELETED = frozenset({"del", "moveFrom", "delText", "instrText"})
# Numbers of the layout and of the file itself, no text.
_LAYOUT = frozenset({
    "posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "fldData", "binData", "formatCode", "f", "tabs",
    "Template", "TotalTime", "Pages", "Words", "Characters", "Application", "DocSecurity", "Lines", "Paragraphs", "ScaleCrop", "i4", "bool",
    "LinksUpToDate", "CharactersWithSpaces", "SharedDoc", "HyperlinksChanged", "AppVersion", "revision", "created", "modified", "lastPrinted",
    "PresentationFormat", "Slides", "Notes", "HiddenSlides", "MMClips", "HeadingPairs", "TitlesOfParts", "language", "version", "fld",
})  # fmt: skip
_OFF = frozenset({"0", "false", "off"})
_CACHED = frozenset({"s", "d", "n"})  # a pivot table's copy of its data
_AUTHORS = frozenset({"creator", "lastModifiedBy", "Manager", "author"})
_DECORATION = frozenset({"bg", "buBlip", "background"})
_FRAME = frozenset({"pic", "sp", "shape", "rect"})
_EMU = 360_000  # to a centimetre
_SIZE = re.compile(r"(?<![-\w])(width|height):([\d.]{1,12})(pt|in|cm|mm|px|)")
_UNITS = {"pt": 2.54 / 72, "in": 2.54, "cm": 1.0, "mm": 0.1, "px": 2.54 / 96, "": 2.54 / 96}
_SMALL = 30  # cm²: a logo or a letterhead, no page and no identity card


@dataclass(slots=True)
class _Paragraph:
    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


class Paragraphs:
    """Gathers the text of one part of a document; `place` names the part. `has_picture` when it shows one that is larger than a logo."""

    def __init__(self, gathered: Gathered, place: str) -> None:
        """Begin outside everything."""
        self._gathered, self._place = gathered, place
        self._open: list[_Paragraph] = []
        self._rows: list[list[list[str]]] = []
        self._loose: list[str] = []
        self._seen: set[str] = set()
        self._vanished = False
        self._deleted = self._layout = self._fallback = 0
        self._area = 0.0
        self._picture = False
        self._decorating = 0
        self.has_picture = False

    @property
    def is_full(self) -> bool:
        """Tell whether there is more text than anyone takes."""
        return self._gathered.is_full

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self._flush_loose()
        self._layout += name in _LAYOUT
        self._deleted += name in _DELETED
        self._fallback += name == "Fallback"
        self._decorating += name in _DECORATION
        if name in _PARAGRAPH:
            self._open.append(_Paragraph())
        elif name in _ROW:
            self._rows.append([])
        elif name in _CELL and self._rows:
            self._rows[-1].append([])
        elif name in _BREAK and "v" not in attributes and not self._layout:
            self.data(_BREAK[name])
        elif name == "r":
            self._vanished = False
        elif name == "vanish":
            self._vanished = attributes.get("val", "1") not in _OFF
        else:
            self._note(name, attributes)

    def end(self, name: str) -> None:
        """Take its end."""
        self._flush_loose("Author: " if name in _AUTHORS else "")  # or a colleague's name would stand there like a patient's
        self._layout -= name in _LAYOUT
        self._deleted -= name in _DELETED
        self._fallback -= name == "Fallback"
        self._decorating -= name in _DECORATION
        if self._picture and name in _FRAME:  # by now its size is known
            self.has_picture, self._picture = self.has_picture or not 0 < self._area <= _SMALL, False
        if name in _PARAGRAPH and self._open:
            paragraph = self._open.pop()
            self._emit("".join(paragraph.shown))
            self._write("".join(paragraph.hidden), PassageKind.HIDDEN)
        elif name in _ROW and self._rows:
            self._emit("\t".join("\n".join(cell) for cell in self._rows.pop()))

    def data(self, text: str) -> None:
        """Take text."""
        if self._layout:
            return
        if not self._open:
            self._loose.append(text)
        elif self._deleted or self._vanished:
            self._open[-1].hidden.append(text)
        else:
            self._open[-1].shown.append(text)

    def _note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what elements say in their attributes: texts that stand for pictures, variables, sizes of pictures."""
        if name in {"docPr", "cNvPr"}:
            for key in ("title", "descr"):
                self._write(attributes.get(key, ""), PassageKind.HIDDEN)
        elif name in _CACHED and "v" in attributes:
            self._write(attributes["v"], PassageKind.HIDDEN)
        elif name == "docVar":
            self._write(f"{attributes.get('name', '')}: {attributes.get('val', '')}", PassageKind.HIDDEN)
        elif name == "textpath":
            self._write(attributes.get("string", ""), PassageKind.AUTHORED)
        elif name in {"extent", "ext"} and "cx" in attributes:
            self._area = _centimetres(attributes["cx"]) * _centimetres(attributes.get("cy", ""))
        elif name in {"shape", "rect"} and "style" in attributes:
            lengths = {side: float(number) * _UNITS[unit] for side, number, unit in _SIZE.findall(attributes["style"])}
            self._area = lengths.get("width", 0.0) * lengths.get("height", 0.0)
        elif name in {"blip", "imagedata"} and not self._decorating:
            self._picture = True

    def _flush_loose(self, label: str = "") -> None:
        if self._loose:
            text, self._loose = "".join(self._loose).strip(), []
            self._emit(label + text if text else "")

    def _emit(self, text: str) -> None:
        if self._rows and self._rows[-1]:
            if text and self._is_news(text):
                self._rows[-1][-1].append(text)
        else:
            self._write(text, PassageKind.AUTHORED)

    def _write(self, text: str, kind: PassageKind) -> None:
        if text.strip() and self._is_news(text):
            self._gathered.write(text, self._place, kind)

    def _is_news(self, text: str) -> bool:
        if self._fallback:
            return text not in self._seen
        self._seen.add(text)
        return True


def _centimetres(emu: str) -> float:
    try:
        return abs(int(emu)) / _EMU
    except ValueError:
        return 0.0
    except OverflowError:
        return math.inf  # a picture beyond measure is none that is decoration
