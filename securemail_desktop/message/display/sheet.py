"""The sheet that the walk writes on: paragraphs, and the frames, grids and lists that are open around them."""

from dataclasses import replace

from securemail_desktop.message.display.flow import Flow
from securemail_desktop.message.display.grid import Cell, Frame, Grid


class Sheet:
    """What is written goes to the innermost open frame, cell or list item; each is closed by what opened it."""

    def __init__(self, scale: float) -> None:
        """Start empty; `scale` multiplies all lengths."""
        self._scale = scale
        self._flows = [Flow(scale)]
        self._grids: list[Grid] = []
        self._lists: list[list[str]] = []

    @property
    def flow(self) -> Flow:
        """Return where text goes."""
        return self._flows[-1]

    def open_flow(self) -> None:
        """Begin a frame, a cell or an item."""
        self._flows.append(Flow(self._scale))

    def close_frame(self, frame: Frame, below: float) -> None:
        """Put what was written since into a frame; one that holds nothing is left out."""
        fixed = frame.width if frame.width.isdigit() else ""
        cell = self._cell(replace(frame, width=fixed, indents=(0.0, 0.0)))
        if cell.filled:
            grid = Grid(Frame(width="" if fixed else frame.width, align=frame.align, indents=frame.indents), rows=[[cell]])
            self.flow.add(grid.markup(self._scale), grid.work, filled=True)
        self.flow.gap(below)

    def open_grid(self, grid: Grid) -> None:
        """Begin a table."""
        self._grids.append(grid)

    def open_row(self) -> None:
        """Begin a row."""
        self._grids[-1].rows.append([])

    def close_cell(self, frame: Frame, columns: int, rows: int) -> None:
        """Put what was written since into a cell of the row."""
        self._grids[-1].rows[-1].append(replace(self._cell(frame), columns=columns, rows=rows))

    def close_grid(self) -> None:
        """End the table."""
        grid = self._grids.pop()
        grid.tidy()
        if grid.rows:
            self.flow.add(grid.markup(self._scale), grid.work, grid.filled)

    def open_list(self) -> None:
        """Begin a list."""
        self._lists.append([])

    def close_item(self, marked: bool) -> None:
        """Put what was written since into an item."""
        flow = self._flows.pop()
        markup = flow.markup()
        if flow.filled:
            self._lists[-1].append(f"<li>{markup}</li>" if marked else markup)
        self.flow.work += flow.work

    def close_list(self, opening: str, below: float) -> None:
        """End the list; `opening` is its tag with attributes, empty for one without marks."""
        items = "".join(self._lists.pop())
        if items:
            self.flow.add(f'<{opening} style="margin:0px">{items}</{opening[:2]}>' if opening else items, 0.0, filled=True)
        self.flow.gap(below)

    def _cell(self, frame: Frame) -> Cell:
        flow = self._flows.pop()
        markup = flow.markup()
        top, right, bottom, left = frame.padding
        inner = replace(frame, padding=(top + flow.lead, right, bottom + flow.trail, left)) if flow.filled else frame
        return Cell(markup, inner, flow.work, flow.filled)
