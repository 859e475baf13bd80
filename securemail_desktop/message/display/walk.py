"""From sieved HTML to the markup of the window: the layout of mail in the few elements that QTextDocument lays out well.

Every element, attribute and colour that comes out is written here and in the modules beside; nothing is copied. Boxes become tables of one
cell, tables of one column become paragraphs, columns that browsers narrow stand below one another, as on a telephone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from securemail_desktop.message.display.colour import WHITE, Colour, contrast
from securemail_desktop.message.display.context import Context, frame, ground_of, inherit, margins
from securemail_desktop.message.display.element import Element, children
from securemail_desktop.message.display.flow import Block, Flow
from securemail_desktop.message.display.grid import Frame, Grid
from securemail_desktop.message.display.limits import MAX_PICTURES
from securemail_desktop.message.display.link import Link, read_link
from securemail_desktop.message.display.sheet import Sheet
from securemail_desktop.message.display.shown import PICTURE, Canvas
from securemail_desktop.message.display.style_sheet import styles
from securemail_desktop.message.display.text_style import TextStyle, run_css
from securemail_desktop.message.text import html_style

_INLINE_NAMES = (
    "a abbr acronym b bdi big blink button cite code del dfn em font i ins kbd mark label"
    " nobr q s samp small span strike strong sub sup tt u var"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_MOST_BOXES = 7
_MOST_LISTS = 6
_COLOURED = 1.05
_NARROW = 40.0  # pixels less than there are: not worth a box
_NARROWEST = 200.0
_FIXED = 60.0  # pixels of a column that keeps its width
_MOST_ALTERNATIVE = 300

_Leave = Callable[[], None]
_Step = tuple[LexborNode, Context]


@dataclass(frozen=True, slots=True)
class _Table:
    """What cells ask of the table around them: `room` is its width in pixels, `padding` what it gives its cells.

    A table of one column is no `grid`: its cells are blocks that are as wide as it is, or as their content where it names no width.
    """

    grid: bool
    room: float
    padding: float
    place: str
    shrunk: bool = False


class Walk:
    """One walk over the tree, without recursion."""

    def __init__(self, canvas: Canvas, content_ids: frozenset[str], has_style_sheet: bool, paints: bool) -> None:
        """Start empty; without `paints` the message's grounds are left out."""
        self.pictures: dict[str, int] = {}
        self.remote = 0
        self.hidden = False
        self.coloured = False
        self._canvas = canvas
        self._content_ids = content_ids
        self._has_style_sheet = has_style_sheet
        self._paints = paints
        self._sheet = Sheet(canvas.scale)
        self._tables: list[_Table] = []
        self._links: list[Link] = []
        self._link_texts: list[list[str]] = []

    def run(self, bodies: Sequence[str], sources: Sequence[str]) -> Flow:
        """Return what sieved bodies show, a rule between them; `sources` are the same before the sieve, with their style sheets."""
        for number, (body, source) in enumerate(zip(bodies, sources, strict=True)):
            if number:
                self._sheet.flow.add("<hr/>", 0.0, filled=False)
            tree = LexborHTMLParser(body, options=LexborDocumentOptions.WO_EVENTS)
            self._walk(tree, styles(source, tree))
        return self._sheet.flow

    def _walk(self, tree: LexborHTMLParser, sheet: Mapping[int, tuple[str, str]]) -> None:
        start = Context(html_style.Style(), TextStyle(self._canvas.size), self._canvas.ground, self._canvas.width, Block())
        body = tree.body
        stack: list[_Step | _Leave] = [(body, start)] if body is not None else []
        while stack:
            step = stack.pop()
            if not isinstance(step, tuple):
                step()
                continue
            node, context = step
            if node.is_text_node:
                self._text(node.text_content or "", context)
            elif node.is_element_node:
                inner, leave = self._enter(Element.of(node, sheet.get(node.mem_id, ("", ""))), context)
                stack += [leave] if leave else []
                stack += reversed([(child, inner) for child in children(node)])
        self._sheet.flow.gap(0.0)

    @property
    def links(self) -> tuple[Link, ...]:
        """Return the links by number, each with the text that is seen of it."""
        return tuple(replace(link, text="".join(texts)) for link, texts in zip(self._links, self._link_texts, strict=True))

    def _enter(self, element: Element, outer: Context) -> tuple[Context, _Leave | None]:
        """Write what begins with the element; return what holds inside it and what is to be done behind it."""
        hidden = html_style.inherit(outer.hidden, element.tag, element.attributes, self._has_style_sheet)
        context = replace(inherit(outer, element, hidden), place=self._place(element, outer))
        if element.tag in {"br", "img", "hr"}:
            self._single(element, context)
            return context, None
        if element.tag in _INLINE and not element.is_block and not (outer.flexes and element.tag != "a"):
            return self._inline(element, context), None
        return self._structure(element, context, outer.in_list)

    def _place(self, element: Element, outer: Context) -> str:
        """Return where the element's box lies in what is around it."""
        if element.tag in {"td", "th"} and self._tables:
            return self._tables[-1].place
        if element.is_centred:
            return "center"
        if (outer.legacy or element.is_shrunk) and outer.block.align in {"center", "right"}:
            return outer.block.align
        return "right" if outer.block.rtl else ""

    def _structure(self, element: Element, context: Context, in_list: bool) -> tuple[Context, _Leave | None]:
        match element.tag:
            case "table":
                return self._table(element, context)
            case "tr" | "thead" | "tbody" | "tfoot" if self._tables:
                return self._row(element, context), None
            case "td" | "th" if self._tables:
                return self._cell(element, context)
            case "ul" | "ol" if context.lists < _MOST_LISTS:
                return self._list(element, context)
            case "li" if in_list:
                return self._item(context)
        return self._block(element, context)

    def _row(self, element: Element, context: Context) -> Context:
        if element.tag == "tr" and self._tables[-1].grid:
            self._sheet.open_row()
        return replace(context, row=self._ground(element, context) or context.row)

    def _text(self, text: str, context: Context) -> None:
        if self._unseen(context):
            self.hidden = self.hidden or bool(text.strip())
        elif not self._between_cells(context, text):
            self._write(text, context)

    def _unseen(self, context: Context) -> bool:
        """Return whether nobody is meant to read the text here; what only blends into its ground is shown, legibly."""
        return context.hidden.gone or context.hidden.invisible or context.text.tiny

    def _between_cells(self, context: Context, text: str) -> bool:
        return bool(self._tables) and context.between_cells and not text.strip()

    def _write(self, text: str, context: Context) -> None:
        if context.text.link >= 0:
            self._link_texts[context.text.link].append(text)
        self._sheet.flow.write(text, run_css(context.text, context.ground, self._canvas), context.text.link, context.block)

    def _single(self, element: Element, context: Context) -> None:
        if context.hidden.gone:
            return
        if element.tag == "br":
            self._sheet.flow.line_break(context.block)
        elif element.tag == "img":
            self._image(element, context)
        else:
            self._sheet.flow.add("<hr/>", 0.0, filled=False)

    def _inline(self, element: Element, context: Context) -> Context:
        if element.tag == "a":
            context = self._link(element, context)
        mark = self._ground(element, context)
        return replace(context, text=replace(context.text, mark=mark)) if mark else context

    def _link(self, element: Element, context: Context) -> Context:
        link = read_link(element.attributes.get("href") or "")
        if link is None:
            return context
        self._links.append(link)
        self._link_texts.append([])
        underline = "none" not in element.declared.get("text-decoration", "")
        return replace(context, text=replace(context.text, link=len(self._links) - 1, underline=underline))

    def _image(self, element: Element, context: Context) -> None:
        if context.hidden.gone or context.hidden.invisible:
            return
        number = self._picture(element.attributes.get("src") or "")
        if number is None:
            self.remote += 1
            self._replacement(element, context)
            return
        scale, width = self._canvas.scale, element.pixels("width", context.room)
        size = f' width="{max(1.0, min(context.room, width) * scale):.0f}"' if width else ""
        self._sheet.flow.insert(f'<img src="{PICTURE}{number}"{size}/>', context.block, context.text.link)

    def _picture(self, source: str) -> int | None:
        """Return the number of a picture that came with the message."""
        content_id = unquote(source[4:]).strip("<>") if source[:4].lower() == "cid:" else ""
        if content_id not in self._content_ids:
            return None
        if content_id not in self.pictures:
            if len(self.pictures) >= MAX_PICTURES:
                return None
            self.pictures[content_id] = len(self.pictures)
        return self.pictures[content_id]

    def _replacement(self, element: Element, context: Context) -> None:
        """Write what stands for a picture that is not shown: its text, or in a link without text that there is one."""
        alternative = " ".join((element.attributes.get("alt") or "").split())[:_MOST_ALTERNATIVE]
        if alternative or (context.text.link >= 0 and not self._link_texts[context.text.link]):
            self._write(f"[{alternative or 'picture'}] ", context)

    def _ground(self, element: Element, context: Context) -> Colour | None:
        """Return what the element paints behind its content, None where it is what is painted there already."""
        ground = ground_of(element, context.ground) if not context.hidden.gone else None
        if ground is not None and contrast(ground, WHITE) >= _COLOURED:
            self.coloured = True
        return ground if self._paints and ground != context.ground else None

    def _block(self, element: Element, context: Context) -> tuple[Context, _Leave]:
        above, right, below, left = margins(element, context.text.size)
        if element.tag == "a":
            context = self._link(element, context)
        self._sheet.flow.gap(above)
        context = context.indented(left, right)
        return self._box(element, context, self._width(element, context, "" if element.is_shrunk else "100%"), below)

    def _width(self, element: Element, context: Context, otherwise: str) -> str:
        """Return the width of a frame: less than there is only where that is seen."""
        wanted = element.pixels("width", context.room)
        if wanted is None:
            return otherwise
        return f"{wanted * self._canvas.scale:.0f}" if _NARROWEST <= wanted < context.room - _NARROW else "100%"

    def _box(
        self, element: Element, context: Context, width: str, below: float, padding: float = 0.0, bare: bool = False
    ) -> tuple[Context, _Leave]:
        """Begin a block; it becomes a table of one cell where its frame is seen or it narrows the text for the first time.

        A `bare` one has lines of its own.
        """
        ground = self._ground(element, context) or (context.row if element.tag in {"td", "th"} else None)
        shape = replace(frame(element, context, ground, padding), indents=_indents(context))
        shape = replace(shape, borders=(None,) * 4) if bare else shape
        narrows = width not in {"", "100%"} and not context.narrowed
        top, right, bottom, left = shape.padding
        if context.boxes >= _MOST_BOXES or context.hidden.gone or not (shape.is_seen or narrows):
            self._sheet.flow.gap(top)
            return context.indented(left, right), lambda: self._sheet.flow.gap(max(below, bottom))
        room = float(width) / self._canvas.scale if width.isdigit() else context.room
        self._sheet.open_flow()
        inner = replace(context.inside(ground or context.ground, room - left - right), narrowed=context.narrowed or narrows)
        return inner, lambda: self._sheet.close_frame(replace(shape, width=width, align=context.place), below)

    def _table(self, element: Element, context: Context) -> tuple[Context, _Leave]:
        above, _, below, _ = margins(element, context.text.size)
        self._sheet.flow.gap(above)
        width = self._width(element, context, "")
        lines, padding = element.spacing("border"), element.spacing("cellpadding")
        inner, leave = self._box(element, context, width, below, bare=bool(lines))
        grid = bool(lines) or not element.is_column
        if grid:
            fits = "" if not width else width if inner.boxes == context.boxes and width.isdigit() else "99%" if lines else "100%"
            outside = inner.boxes == context.boxes
            shape = Frame(width=fits, align=context.place if outside else "", indents=_indents(context) if outside else (0.0, 0.0))
            self._sheet.open_grid(Grid(shape, lines, element.spacing("cellspacing")))
        self._tables.append(_Table(grid, inner.room, max(padding, 4.0 if lines else 0.0), context.place, shrunk=not width))
        return replace(inner, between_cells=True, row=None), lambda: self._close_table(grid, leave)

    def _close_table(self, grid: bool, leave: _Leave) -> None:
        self._tables.pop()
        if grid:
            self._sheet.close_grid()
        leave()

    def _cell(self, element: Element, context: Context) -> tuple[Context, _Leave]:
        table, context = self._tables[-1], replace(context, between_cells=False)
        if not table.grid:
            return self._box(element, context, "" if table.shrunk else "100%", 0.0, table.padding)
        ground = self._ground(element, context) or context.row
        shape = frame(element, context, ground, table.padding)
        wanted = element.pixels("width", table.room)
        shape = replace(shape, width=self._column(wanted, table.room), valign=self._valign(element))
        self._sheet.open_flow()
        room = min(wanted or table.room, table.room) - shape.padding[1] - shape.padding[3]
        inner = context.inside(ground or context.ground, max(room, 1.0))
        return inner, lambda: self._sheet.close_cell(shape, element.span("colspan"), element.span("rowspan"))

    def _column(self, wanted: float | None, room: float) -> str:
        if not wanted:
            return ""
        return f"{wanted * self._canvas.scale:.0f}" if wanted < _FIXED else f"{min(100.0, 100 * wanted / room):.0f}%"

    def _valign(self, element: Element) -> str:
        valign = element.declared.get("vertical-align") or element.attribute("valign")
        return valign if valign in {"top", "middle", "bottom"} else "middle"

    def _list(self, element: Element, context: Context) -> tuple[Context, _Leave]:
        above, _, below, _ = margins(element, context.text.size)
        self._sheet.flow.gap(0.0 if context.lists else above)
        self._sheet.open_list()
        marks = "none" not in element.declared.get("list-style", "") + element.declared.get("list-style-type", "")
        start = element.attribute("start")
        opening = element.tag + (f' start="{start}"' if start.isascii() and start.isdigit() and len(start) < 6 else "") if marks else ""
        inner = replace(context, lists=context.lists + 1, in_list=True, marked=marks)
        return inner, lambda: self._sheet.close_list(opening, 0.0 if context.lists else below)

    def _item(self, context: Context) -> tuple[Context, _Leave]:
        self._sheet.open_flow()
        return context, lambda: self._sheet.close_item(context.marked)


def _indents(context: Context) -> tuple[float, float]:
    return context.block.left, context.block.right
