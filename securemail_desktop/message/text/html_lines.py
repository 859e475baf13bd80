"""Collects the text of a walk over HTML into lines, as a browser lays it out: white space collapses, blocks begin lines, cells share one."""

import re

from securemail_desktop.message.text.passage import Line, PassageKind

_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


class LineWriter:
    """Lines under construction. Breaks are remembered and made when text follows, so that a table cell can undo the one before it."""

    def __init__(self) -> None:
        """Start empty."""
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._kind = PassageKind.AUTHORED
        self._breaks = 0
        self._tabs = 0
        self._is_first_cell = True
        self._in_fresh_cell = False

    def write(self, text: str, kind: PassageKind, preformatted: bool = False) -> None:
        """Add text; white space collapses unless it is preformatted."""
        text = _INVISIBLE.sub("", text)
        if not preformatted:
            self._write_piece(_SPACE.sub(" ", text), kind)
            return
        for index, piece in enumerate(text.split("\n")):
            if index:
                self.line_break()
            self._write_piece(piece, kind, keep_indent=True)

    def block(self, gap: bool = False) -> None:
        """Begin or end a block; `gap` leaves a blank line."""
        if not self._in_fresh_cell:
            self._breaks = max(self._breaks, 2 if gap else 1)

    def line_break(self) -> None:
        """Break the line; two breaks leave a blank line, further ones nothing more."""
        if not self._in_fresh_cell:
            self._breaks = min(self._breaks + 1, 2)

    def row(self) -> None:
        """Begin or end a table row."""
        self._breaks = max(self._breaks, 1) if self._is_first_cell else 1
        self._tabs = 0
        self._is_first_cell = True
        self._in_fresh_cell = False

    def cell(self) -> None:
        """Begin a table cell: all but the first of a row follow on the same line after a tab, whatever blocks they begin with."""
        if not self._is_first_cell:
            self._breaks = 0
            self._tabs += 1
        self._is_first_cell = False
        self._in_fresh_cell = True

    def lines(self) -> tuple[Line, ...]:
        """Return all lines."""
        self._end_line()
        return tuple(self._lines)

    def _write_piece(self, text: str, kind: PassageKind, keep_indent: bool = False) -> None:
        if not text.strip():
            self._pieces += [" "] if text and self._pieces and not self._breaks else []
            return
        self._settle()
        if self._pieces and kind is not self._kind:
            self._end_line()
        if not self._pieces:
            self._kind = kind
        follows_space = not self._pieces or self._pieces[-1].endswith((" ", "\t"))
        self._pieces.append(text.lstrip(" ") if follows_space and not keep_indent else text)

    def _settle(self) -> None:
        """Make the breaks or the tabs that were asked for since the last text."""
        if self._breaks:
            self._end_line()
            if self._breaks == 2 and self._lines:
                self._lines.append(Line("", self._lines[-1].kind))
        elif self._tabs and self._pieces:
            self._pieces = ["".join(self._pieces).rstrip(" "), "\t" * self._tabs]
        self._breaks = self._tabs = 0
        self._in_fresh_cell = False

    def _end_line(self) -> None:
        if text := "".join(self._pieces).rstrip():
            self._lines.append(Line(text, self._kind))
        self._pieces = []
