"""What an element hands down to what lies in it, and what it asks for itself."""

import re
from dataclasses import dataclass, replace

from securemail_desktop.message.display import text_style
from securemail_desktop.message.display.colour import WHITE, Colour, contrast, css, read_colour
from securemail_desktop.message.display.css import SIDES, Border, border, box, length, percent
from securemail_desktop.message.display.element import Element
from securemail_desktop.message.display.flow import Block
from securemail_desktop.message.display.grid import Frame, Sides
from securemail_desktop.message.display.text_style import TextStyle
from securemail_desktop.message.text import html_style

_MOST_PADDING, _MOST_MARGIN = 40.0, 48.0
_INDENT, _MOST_INDENT = 24.0, 120.0
_GAPS = {
    "p": 1.0, "h1": 0.67, "h2": 0.83, "h3": 1.0, "h4": 1.33, "h5": 1.67, "h6": 2.0, "ul": 1.0, "ol": 1.0, "dl": 1.0, "blockquote": 1.0, "pre": 1.0
}  # fmt: skip
_ALIGNS = frozenset({"left", "right", "center", "justify"})
_GREY: Colour = (128, 128, 128)
_LINE = 3.0  # contrast of a line that is meant to be seen
_WORD = re.compile(r"rgba?\([^()]{1,60}\)|#?[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Context:
    """What is inherited. `ground` is painted behind it, `room` the width in pixels, `boxes` the tables and `lists` the lists around it.

    `narrowed`: a box around it is narrower than the window. `in_list`: a list, and nothing else, holds it; `marked`: its items have marks.
    `legacy`: the alignment comes from an attribute and ends at the next table. `row`: the ground of the table's row. `place`: where the
    element lies if it is a box. `flexes`: its children lie side by side whatever they are. `between_cells`: what stands here stands
    between the cells of a table.
    """

    hidden: html_style.Style
    text: TextStyle
    ground: Colour
    room: float
    block: Block
    boxes: int = 0
    lists: int = 0
    narrowed: bool = False
    in_list: bool = False
    marked: bool = True
    legacy: bool = False
    row: Colour | None = None
    place: str = ""
    flexes: bool = False
    between_cells: bool = False

    def inside(self, ground: Colour, room: float) -> "Context":
        """Return what a cell hands down: it has no indents of its own, and a mark behind text ends at its edge."""
        block = replace(self.block, left=0.0, right=0.0)
        text = replace(self.text, mark=None)
        return replace(self, ground=ground, room=room, block=block, text=text, boxes=self.boxes + 1, in_list=False)

    def indented(self, left: float, right: float) -> "Context":
        """Return the same with room at the sides."""
        block = replace(self.block, left=min(_MOST_INDENT, self.block.left + left), right=min(_MOST_INDENT, self.block.right + right))
        return replace(self, block=block)


def inherit(outer: Context, element: Element, hidden: html_style.Style) -> Context:
    """Return what the element hands down, before it makes a frame of its own."""
    return replace(
        outer,
        hidden=hidden,
        text=text_style.inherit(outer.text, element, outer.ground),
        block=_block(replace(outer.block, align="") if element.tag == "table" and outer.legacy else outer.block, element),
        in_list=outer.in_list and element.tag != "li",
        legacy=_legacy(outer, element),
        flexes=element.declared.get("display", "") in {"flex", "grid", "inline-flex"},
    )


def _legacy(outer: Context, element: Element) -> bool:
    if "text-align" in element.declared:
        return False
    return (
        element.tag == "center"
        or (bool(element.attribute("align")) and element.tag not in {"table", "img"})
        or (outer.legacy and element.tag != "table")
    )


def margins(element: Element, em: float) -> Sides:
    """Return the room around the element in pixels: above, to the right, below, to the left."""
    declared, own = element.declared, _GAPS.get(element.tag, 0.0) * em
    indent = _INDENT if element.tag in {"blockquote", "dd"} else 0.0
    found = box(declared, "margin", em, _MOST_MARGIN)
    natural = (own, 0.0, own, indent)
    top, right, bottom, left = (
        one if "margin" in declared or f"margin-{side}" in declared else other
        for side, one, other in zip(SIDES, found, natural, strict=True)
    )
    return top, right, bottom, left


def frame(element: Element, context: Context, ground: Colour | None, padding: float = 0.0) -> Frame:
    """Return the element's frame on a ground (None: the one around it); `padding` is what its table gives all cells."""
    declared = element.declared
    own = box(declared, "padding", context.text.size, _MOST_PADDING)
    given = any(name.startswith("padding") for name in declared)
    return Frame(
        ground=css(ground) if ground else "",
        padding=own if given else (padding, padding, padding, padding),
        borders=tuple(_line(border(declared, side), context.ground) for side in SIDES),
    )


def ground_of(element: Element, under: Colour) -> Colour | None:
    """Return the colour that the element paints behind its content; pictures are never painted."""
    declared = element.declared
    painted = (declared.get(name, "") for name in ("background-color", "background", "background-image"))
    return next((colour for text in (*painted, element.attribute("bgcolor")) if (colour := _first_colour(text, under)) is not None), None)


def _first_colour(text: str, under: Colour) -> Colour | None:
    """Return the first colour of a shorthand or a gradient."""
    return next((colour for word in _WORD.findall(text) if (colour := read_colour(word, under)) is not None), None)


def _line(found: Border | None, ground: Colour) -> Border | None:
    colour = (read_colour(found.color, ground) or _GREY) if found else ground
    if colour != ground and contrast(colour, WHITE) > _LINE > contrast(colour, ground):
        colour = _GREY  # drawn for white paper
    return Border(found.width, css(colour)) if found and colour != ground else None


def _block(outer: Block, element: Element) -> Block:
    space = element.declared.get("white-space", "pre" if element.tag == "pre" else "")
    direction = element.attribute("dir") or element.declared.get("direction", "")
    return replace(
        outer,
        align=_align(outer.align, element),
        rtl={"rtl": True, "ltr": False}.get(direction, outer.rtl),
        preformatted=space in {"pre", "pre-wrap", "pre-line", "break-spaces"} or (outer.preformatted and not space),
        height=_line_height(outer.height, element.declared.get("line-height", "")),
    )


def _align(outer: str, element: Element) -> str:
    own = element.declared.get("text-align") or (element.attribute("align") if element.tag not in {"table", "img"} else "")
    if element.tag == "center":
        own = "center"
    return {"start": "", "end": "right", "middle": "center"}.get(own, own if own in _ALIGNS else outer)


def _line_height(outer: int, text: str) -> int:
    share = percent(text)
    if share is None and text.replace(".", "", 1).isdigit():
        share = 100 * min(length(text) or 0.0, 9.0)
    return max(100, min(200, round(share))) if share else outer
