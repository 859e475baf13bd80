"""A table of the message as QTextDocument gets it: rows without content and columns that only make room are left out."""

from dataclasses import dataclass, field, replace

from securemail_desktop.message.display.css import Border, percent

TABLE_WORK, CELL_WORK = 250.0, 30.0
_NOTHING = '<p style="margin:0px;font-size:1px">&#8288;</p>'  # an empty cell would be as high as a line
Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds content: all lengths in pixels, `ground` a colour as `#rrggbb` or empty, borders by side (top, right, bottom, left).

    `indents` are the room outside of it, to the left and to the right.
    """

    ground: str = ""
    padding: Sides = (0.0, 0.0, 0.0, 0.0)
    borders: tuple[Border | None, ...] = (None, None, None, None)
    width: str = ""
    align: str = ""
    valign: str = ""
    indents: tuple[float, float] = (0.0, 0.0)

    @property
    def is_seen(self) -> bool:
        """Return whether the frame paints anything."""
        return bool(self.ground) or any(self.borders)


@dataclass(frozen=True, slots=True)
class Cell:
    """One finished cell."""

    markup: str
    frame: Frame
    work: float
    filled: bool
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class Grid:
    """One table under construction. `lines` is the width of the lines between all cells, in pixels."""

    frame: Frame
    lines: float = 0.0
    spacing: float = 0.0
    rows: list[list[Cell]] = field(default_factory=list)

    def markup(self, scale: float) -> str:
        """Return the table's markup."""
        fixed = self.frame.width.isdigit()
        width = f' width="{self.frame.width}"' if self.frame.width and not fixed else ""
        align = f' align="{self.frame.align}"' if self.frame.align else ""
        lines = f' border="{max(1.0, self.lines * scale):.0f}"' if self.lines else ' border="0"'
        left, right = self.frame.indents
        indents = f"margin-left:{left * scale:.0f}px;margin-right:{right * scale:.0f}px;" if left or right else ""
        style = f' style="{indents}{"border-collapse:collapse" if self.lines else ""}"' if indents or self.lines else ""
        rows = "".join(f"<tr>{''.join(_cell(cell, scale) for cell in self._sized(row))}</tr>" for row in self.rows)
        return f'<table{width}{align}{lines} cellspacing="{self.spacing * scale:.0f}" cellpadding="0"{style}>{rows}</table>'

    def _sized(self, row: list[Cell]) -> list[Cell]:
        """Return a row whose widths fit into the table.

        QTextDocument makes a table within another as wide as that is, whatever it says; so the cells say it, in pixels.
        """
        shares = [percent(cell.frame.width) for cell in row]
        given = sum(share for share in shares if share)
        rest = sum(cell.columns for cell, share in zip(row, shares, strict=True) if share is None and not cell.frame.width)
        whole = float(self.frame.width) if self.frame.width.isdigit() else 0.0
        shrink = min(1.0, 100 / given) if given else 1.0
        return [
            self._cell(cell, share, shrink, max(0.0, 100 - given) / rest if rest else 0.0, whole)
            for cell, share in zip(row, shares, strict=True)
        ]

    def _cell(self, cell: Cell, share: float | None, shrink: float, rest: float, whole: float) -> Cell:
        if share is None and (cell.frame.width or not whole):
            return cell
        part = share * shrink if share else rest * cell.columns
        width = f"{whole * part / 100:.0f}" if whole else f"{part:.0f}%"
        return replace(cell, frame=replace(cell.frame, width=width))

    def tidy(self) -> None:
        """Drop what no reader would miss: empty rows, and columns that are empty throughout and make more room than between two others."""
        self.rows = [row for row in self.rows if any(cell.filled or cell.frame.is_seen for cell in row)]
        if any(cell.columns > 1 or cell.rows > 1 for row in self.rows for cell in row):
            return
        used = {
            index for row in self.rows for index, cell in enumerate(row) if cell.filled or cell.frame.is_seen or cell.frame.width.isdigit()
        }
        self.rows = [[cell for index, cell in enumerate(row) if index in used] for row in self.rows]

    @property
    def work(self) -> float:
        """Return the layout's estimate: every table lays its cells out twice."""
        return TABLE_WORK + 2 * sum(cell.work + CELL_WORK * cell.columns * cell.rows for row in self.rows for cell in row)

    @property
    def filled(self) -> bool:
        """Return whether a reader sees anything in it."""
        return any(cell.filled for row in self.rows for cell in row)


def _cell(cell: Cell, scale: float) -> str:
    spans = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")
    width = f' width="{cell.frame.width}"' if cell.frame.width else ""
    valign = f' valign="{cell.frame.valign}"' if cell.frame.valign else ""
    return f'<td{spans}{width}{valign} style="{_css(cell.frame, scale)}">{cell.markup or _NOTHING}</td>'


def _css(frame: Frame, scale: float) -> str:
    parts = [f"background-color:{frame.ground}"] if frame.ground else []
    for side, padding, border in zip(("top", "right", "bottom", "left"), frame.padding, frame.borders, strict=True):
        if padding:
            parts.append(f"padding-{side}:{padding * scale:.0f}px")
        if border:
            parts.append(f"border-{side}:{max(1.0, border.width * scale):.0f}px solid {border.color}")
    return ";".join(parts)
