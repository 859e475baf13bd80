"""One element of the sieved HTML: its name, attributes, and the declarations of its style that are known."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from securemail_desktop.message.display.css import Declarations, declarations, length, percent
from securemail_desktop.message.text.html_style import Attributes

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_SHRUNK = frozenset({"inline-block", "inline", "inline-table"})
_MOST_SPACING = 20.0
_OUTLOOK = re.compile(r"mso-hide\s{0,9}:\s{0,9}all", re.IGNORECASE)  # hidden from Outlook alone, which draws something else in its place


@dataclass(frozen=True, slots=True)
class Element:
    """`is_column` says of a table that none of its rows has more than one cell."""

    tag: str
    attributes: Attributes
    declared: Declarations
    is_column: bool = False

    @classmethod
    def of(cls, node: LexborNode, sheet: tuple[str, str] = ("", "")) -> "Element":
        """Read an element node; `sheet` is what style sheets declare for it, below and above its own style."""
        tag, attributes = node.tag or "", node.attributes
        style = ";".join((sheet[0], attributes.get("style") or "", sheet[1]))
        attributes = {**attributes, "style": _OUTLOOK.sub("", style)}
        return cls(tag, attributes, declarations(style), tag == "table" and _is_column(node))

    def attribute(self, name: str) -> str:
        """Return an attribute in small letters, empty where there is none."""
        return (self.attributes.get(name) or "").strip().lower()

    @property
    def is_block(self) -> bool:
        """Return whether an element that is none by nature lies like a block or a button."""
        display = self.declared.get("display", "")
        return display in {"block", "table", "flex", "grid"} or self.tag == "button" or (self.tag == "a" and display == "inline-block")

    @property
    def is_shrunk(self) -> bool:
        """Return whether it is as wide as its content."""
        return self.declared.get("display", "") in _SHRUNK or (self.tag == "button" and "display" not in self.declared)

    @property
    def is_centred(self) -> bool:
        """Return whether it lies in the middle of what is around it."""
        sides = self.declared.get("margin", "").split()[1:2] or [self.declared.get("margin-left", "")]
        return self.attribute("align") == "center" or sides == ["auto"]

    def pixels(self, name: str, room: float) -> float | None:
        """Return a width or height in pixels, percentages of `room` included; None where there is none."""
        for text in (self.declared.get(f"max-{name}"), self.declared.get(name), self.attribute(name)):
            if (share := percent(text)) is not None and share < 100:
                return room * share / 100
            if (found := length(text)) is not None and found >= 0:
                return found
        return room if "100%" in (self.declared.get(name, ""), self.attribute(name)) else None

    def spacing(self, name: str) -> float:
        """Return a table's attribute in pixels."""
        return min(_MOST_SPACING, max(0.0, length(self.attribute(name)) or 0.0))

    def span(self, name: str) -> int:
        """Return how many columns or rows a cell covers; limits were measured before."""
        digits = self.attribute(name)[:4]
        return max(1, min(100, int(digits))) if digits.isascii() and digits.isdigit() else 1


def _is_column(table: LexborNode) -> bool:
    rows = [row for part in _elements(table) for row in (_elements(part) if part.tag in _SECTIONS else [part]) if row.tag == "tr"]
    return all(len(_elements(row)) <= 1 for row in rows)


def _elements(node: LexborNode) -> list[LexborNode]:
    return [child for child in children(node) if child.is_element_node]


def children(node: LexborNode) -> list[LexborNode]:
    """Return the child nodes in order."""
    found, child = [], node.first_child
    while child is not None:
        found.append(child)
        child = child.next
    return found
