"""The format of a run of text as it is inherited, and the line of CSS that QTextDocument is given for it."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from securemail_desktop.message.display.colour import Colour, css, legible, read_colour
from securemail_desktop.message.display.css import length, percent
from securemail_desktop.message.display.element import Element
from securemail_desktop.message.display.shown import Canvas

_HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.9, "h6": 0.85}
_FONT_SIZES = (0.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 40.0)
_WORDS = {"xx-small": 10.0, "x-small": 11.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0}
_SMALLEST, _LARGEST = 11.0, 40.0
_TINY = 3.0
_BOLD = frozenset({"b", "strong", "th", *_HEADINGS})
_ITALIC = frozenset({"i", "em", "cite", "var", "dfn", "address"})
_UNDERLINED = frozenset({"u", "ins"})
_STRUCK = frozenset({"s", "strike", "del"})
_MONO = frozenset({"pre", "code", "tt", "kbd", "samp"})


@dataclass(frozen=True, slots=True)
class TextStyle:
    """`size` is in pixels; `color` None is the canvas's ink, `mark` what is painted behind the text alone; `link` is the number of the link or -1.

    `tiny` text is too small for anybody to read and is not shown.
    """

    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    mono: bool = False
    script: str = ""
    transform: str = ""
    color: Colour | None = None
    mark: Colour | None = None
    link: int = -1
    tiny: bool = False


def inherit(outer: TextStyle, element: Element, ground: Colour) -> TextStyle:
    """Return the format of an element's text."""
    tag, declared = element.tag, element.declared
    line = declared.get("text-decoration", "") + declared.get("text-decoration-line", "")
    return replace(
        outer,
        size=_size(outer.size, element),
        tiny=_tiny(outer.tiny, element, outer.size),
        bold=_bold(outer.bold or tag in _BOLD, declared.get("font-weight") or declared.get("font", "")),
        italic=_italic(outer.italic or tag in _ITALIC, declared.get("font-style", "")),
        underline="underline" in line or ((outer.underline or tag in _UNDERLINED) and "none" not in line),
        struck="line-through" in line or outer.struck or tag in _STRUCK,
        mono=outer.mono or tag in _MONO,
        script={"sub": "sub", "sup": "super"}.get(tag, outer.script),
        transform=_transform(outer.transform, declared.get("text-transform", "")),
        color=_color(outer, element, ground),
    )


@lru_cache(maxsize=4096)
def run_css(style: TextStyle, ground: Colour, canvas: Canvas) -> str:
    """Return the declarations that make text of this format legible on its ground."""
    plain = canvas.link if style.link >= 0 else canvas.ink
    color = legible(style.color or plain, style.mark or ground, 0.0 if style.mark else canvas.clarity(style.color))
    parts = (
        f"font-size:{style.size * canvas.scale:.0f}px" if style.size != canvas.size else "",
        "font-weight:bold" if style.bold else "",
        "font-style:italic" if style.italic else "",
        _decoration(style),
        "font-family:monospace" if style.mono else "",
        f"vertical-align:{style.script}" if style.script else "",
        f"text-transform:{style.transform}" if style.transform else "",
        f"color:{css(color)}" if color != canvas.ink or style.link >= 0 else "",
        f"background-color:{css(style.mark)}" if style.mark else "",
    )
    return ";".join(filter(None, parts))


def _decoration(style: TextStyle) -> str:
    lines = (["underline"] if style.underline else []) + (["line-through"] if style.struck else [])
    return "text-decoration:" + " ".join(lines) if lines else "text-decoration:none" if style.link >= 0 else ""


def _size(outer: float, element: Element) -> float:
    size = outer
    if element.tag in _HEADINGS:
        size = outer * _HEADINGS[element.tag]
    elif element.tag == "font":
        size = _font_size(element.attribute("size"), outer)
    elif element.tag in {"small", "big"}:  # QTextDocument makes what is raised or lowered smaller by itself
        size = outer * (1.2 if element.tag == "big" else 0.85)
    wanted = element.declared.get("font-size") or _shorthand_size(element.declared.get("font", ""))
    return max(_SMALLEST, min(_LARGEST, _declared_size(wanted, outer) or size))


def _font_size(text: str, outer: float) -> float:
    """Return the size that `<font size>` names, from 1 to 7 or relative to 3."""
    if not re.fullmatch(r"[-+]?\d", text):
        return outer
    return _FONT_SIZES[max(1, min(7, int(text) if text.isdigit() else 3 + int(text)))]


def _tiny(outer: bool, element: Element, em: float) -> bool:
    wanted = element.declared.get("font-size") or _shorthand_size(element.declared.get("font", ""))
    size = _declared_size(wanted, em)
    return outer if size is None else size < _TINY


def _declared_size(wanted: str, outer: float) -> float | None:
    if (found := length(wanted, outer)) is not None:
        return found
    if share := percent(wanted):
        return outer * share / 100
    return outer * (0.85 if wanted == "smaller" else 1.2) if wanted in {"smaller", "larger"} else _WORDS.get(wanted)


def _shorthand_size(font: str) -> str:
    return next((size for word in font.split() if length(size := word.partition("/")[0]) and not size.isdigit()), "")


def _bold(outer: bool, weight: str) -> bool:
    words = weight.split()
    if any(word in {"bold", "bolder", "600", "700", "800", "900"} for word in words):
        return True
    return outer and not any(word in {"normal", "lighter", "100", "200", "300", "400", "500"} for word in words)


def _italic(outer: bool, style: str) -> bool:
    return style in {"italic", "oblique"} or (outer and style != "normal")


def _transform(outer: str, transform: str) -> str:
    return transform if transform in {"uppercase", "lowercase", "capitalize"} else "" if transform == "none" else outer


def _color(outer: TextStyle, element: Element, ground: Colour) -> Colour | None:
    named = element.declared.get("color") or (element.attribute("color") if element.tag == "font" else "")
    found = read_colour(named, ground) if named else None
    return found or (None if element.tag == "a" else outer.color)
