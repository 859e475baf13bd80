"""The paragraphs of one cell, list item or message: runs of text become lines of markup, their white space as browsers lay it out.

Margins of neighbours collapse into one gap. A word without a place to break gets one, and a paragraph has a bounded number of formats.
"""

import re
from dataclasses import dataclass, replace
from html import escape

from securemail_desktop.message.display.limits import MAX_FORMATS, MAX_WORD
from securemail_desktop.message.display.shown import LINK

BREAK = "\u200b"
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LONG = re.compile(rf"[^ \n{BREAK}]{{{MAX_WORD}}}")
# Controls, direction overrides, the marks of QTextDocument's own frames, objects and lines, and halves of surrogate pairs.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]")
_LINES = re.compile("\r\n?|[\u2028\u2029\u0085\u000b]")
_LINE = 18.0
_PARAGRAPH_WORK, _RUN_WORK = 40, 10
_MOST_GAP = 48.0


@dataclass(frozen=True, slots=True)
class Block:
    """How a paragraph lies: indents in pixels, `height` of its lines in percent or 0."""

    align: str = ""
    rtl: bool = False
    preformatted: bool = False
    left: float = 0.0
    right: float = 0.0
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of one format, or a picture."""

    text: str
    css: str = ""
    link: int = -1
    picture: str = ""

    def markup(self) -> str:
        inner = self.picture or escape(self.text).replace("\n", "<br/>")
        style = f' style="{self.css}"' if self.css else ""
        if self.link >= 0:
            return f'<a href="{LINK}{self.link}"{style}>{inner}</a>'
        return f"<span{style}>{inner}</span>" if style else inner


def plain(text: str) -> str:
    """Return text without characters that would act rather than be read."""
    return _UNSAFE.sub("", _LINES.sub("\n", text))


class Flow:
    """Markup under construction. `work` estimates its layout, `filled` is whether a reader sees anything in it.

    `lead` and `trail` are the room in pixels above and below all of it: QTextDocument leaves none within a cell.
    """

    def __init__(self, scale: float) -> None:
        """Start empty; `scale` multiplies all lengths."""
        self.work = 0.0
        self.filled = False
        self._scale = scale
        self._parts: list[str] = []
        self._runs: list[_Run] = []
        self._block = Block()
        self.lead = 0.0
        self._gap = 0.0
        self._unbroken = 0

    def write(self, text: str, css: str, link: int, block: Block) -> None:
        """Add text to the paragraph, or begin one."""
        text = plain(text)
        if not block.preformatted:
            text = _SPACE.sub(" ", text)
            if text.startswith(" ") and self._at_space():
                text = text[1:]
        if text:
            self._begin(block)
            self._add(self._broken(text), css, link)
            self.filled = self.filled or not text.isspace()

    def insert(self, picture: str, block: Block, link: int = -1) -> None:
        """Add the markup of a picture to the line."""
        self._begin(block)
        self._runs.append(_Run("", link=link, picture=picture))
        self.filled = True

    def line_break(self, block: Block) -> None:
        """Break the line."""
        self._begin(block)
        self._add("\n", self._runs[-1].css if self._runs else "", -1)

    def gap(self, pixels: float) -> None:
        """End the paragraph and leave at least this much room before the next."""
        self._end()
        self._gap = min(_MOST_GAP, max(self._gap, pixels))

    def add(self, markup: str, work: float, filled: bool) -> None:
        """Add a table, a list or a rule after the paragraph."""
        self._end()
        if not self._parts:
            self.lead = self._gap
        elif self._gap:
            self._parts.append(f'<p style="margin:0px;font-size:1px;line-height:{self._gap * self._scale:.0f}px">&#8288;</p>')
        self._gap = 0.0
        self._parts.append(markup)
        self.work += work
        self.filled = self.filled or filled

    def markup(self) -> str:
        """Return all that was added."""
        self._end()
        return "".join(self._parts)

    @property
    def trail(self) -> float:
        """Return the room below what was added last."""
        return self._gap

    def _begin(self, block: Block) -> None:
        if not self._runs:
            self._block = block

    def _at_space(self) -> bool:
        return not self._runs or self._runs[-1].text.endswith((" ", "\n"))

    def _add(self, text: str, css: str, link: int) -> None:
        last = self._runs[-1] if self._runs else _Run("")
        if self._runs and not last.picture and ((last.css, last.link) == (css, link) or len(self._runs) >= MAX_FORMATS):
            self._runs[-1] = replace(last, text=last.text + text)
        else:
            self._runs.append(_Run(text, css, link))

    def _broken(self, text: str) -> str:
        """Return the text with a place to break in every word that is too long, wherever its formats begin."""
        head = len(text) - len(text.lstrip(" \n"))
        first = next((index for index, c in enumerate(text) if c in " \n"), len(text))
        if not head and self._unbroken + first > MAX_WORD:
            text, self._unbroken = BREAK + text, 0
        text = _LONG.sub(lambda match: match[0] + BREAK, text)
        tail = len(text) - 1 - max(text.rfind(" "), text.rfind("\n"), text.rfind(BREAK))
        self._unbroken = tail if tail < len(text) else self._unbroken + len(text)
        return text

    def _end(self) -> None:
        runs, self._runs, self._unbroken = self._runs, [], 0
        if not any(run.picture or run.text.strip(" \n") for run in runs):
            lines = sum(run.text.count("\n") for run in runs)
            self._gap = min(_MOST_GAP, self._gap + lines * _LINE)
            return
        if runs[-1].text.endswith("\n"):
            runs[-1] = replace(runs[-1], text=runs[-1].text[:-1])
        if not self._parts:
            self.lead, self._gap = self._gap, 0.0
        self._parts.append(f"<p{self._attributes()}>{''.join(run.markup() for run in runs)}</p>")
        self.work += _PARAGRAPH_WORK + sum(len(run.text) + _RUN_WORK for run in runs)
        self._gap = 0.0

    def _attributes(self) -> str:
        block, scale = self._block, self._scale
        margins = f"margin:{self._gap * scale:.0f}px {block.right * scale:.0f}px 0px {block.left * scale:.0f}px"
        height = f";line-height:{block.height}%" if block.height else ""
        pre = ";white-space:pre-wrap" if block.preformatted else ""
        align = f' align="{block.align}"' if block.align else ""
        direction = ' dir="rtl"' if block.rtl else ""
        return f'{align}{direction} style="{margins}{height}{pre}"'
