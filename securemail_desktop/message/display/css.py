"""Inline style: declarations and lengths. Only what is named here is read; nothing that could load, move or cover anything is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

# What the walk and `html_style` read. `background` is read for its colour only.
_PROPERTIES_NAMES = (
    "background background-color background-image border border-bottom border-collapse border-left border-right border-top color direction display"
    " float font font-family font-size font-style font-weight height left line-height list-style list-style-type margin margin-bottom"
    " margin-left margin-right margin-top max-height max-width content-visibility opacity overflow padding padding-bottom"
    " padding-left padding-right padding-top text-align text-decoration text-decoration-line text-indent text-transform vertical-align"
    " visibility white-space width"
)
PROPERTIES = frozenset(_PROPERTIES_NAMES.split())
SIDES = ("top", "right", "bottom", "left")
_LENGTH = re.compile(r"([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(px|pt|em|rem|ex|ch|in|cm|mm|pc)?")
_UNITS = {"px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78, "pc": 16.0}
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{0,9})?)%")
_LOADS = re.compile(r"url|image|expression|import|\\|//|gradient|var\(|attr\(")
_ADDRESS = re.compile(r"url\([^)]*\)?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LONGEST, _MOST = 300, 8_000
_ROOT = 16.0

Declarations = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Border:
    """One side's line: `width` in pixels."""

    width: float
    color: str


@lru_cache(maxsize=4096)
def declarations(style: str) -> Declarations:
    """Return the known declarations in small letters, the last of each name; those that load anything or hold an escape are left out."""
    found: dict[str, str] = {}
    for declaration in _COMMENT.sub("", style[:_MOST].lower()).split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.partition("!")[0].strip()
        if name.startswith("background"):
            value = _ADDRESS.sub("", value)
        elif _LOADS.search(value):
            continue
        if name in PROPERTIES and value and len(value) <= _LONGEST:
            found[name] = value
    return found


def length(text: str | None, em: float = _ROOT) -> float | None:
    """Return a length in pixels; None where there is none (percentages, keywords)."""
    match = _LENGTH.fullmatch((text or "").strip())
    if not match:
        return None
    unit = match[2] or "px"
    scale = _ROOT if unit == "rem" else em if unit == "em" else em / 2 if unit in {"ex", "ch"} else _UNITS[unit]
    return float(match[1]) * scale


def percent(text: str | None) -> float | None:
    """Return a percentage, 0 to 100; None where there is none."""
    match = _PERCENT.fullmatch((text or "").strip())
    return min(float(match[1]), 100.0) if match else None


def box(declared: Declarations, name: str, em: float, most: float) -> tuple[float, float, float, float]:
    """Return margin or padding on the four sides in pixels, from nothing to `most`."""
    parts = [length(part, em) or 0.0 for part in declared.get(name, "").split()[:4]] or [0.0]
    top, right = parts[0], parts[1 % len(parts)]
    shorthand = (top, right, parts[2] if len(parts) > 2 else top, parts[3] if len(parts) > 3 else right)
    own = (length(declared.get(f"{name}-{side}"), em) for side in SIDES)
    top, right, bottom, left = (max(0.0, min(most, short if one is None else one)) for one, short in zip(own, shorthand, strict=True))
    return top, right, bottom, left


def border(declared: Declarations, side: str) -> Border | None:
    """Return the line on a side, at most 12 pixels wide."""
    words = (declared.get(f"border-{side}") or declared.get("border") or "").split()
    if not words or "none" in words or "hidden" in words:
        return None
    widths = [found for word in words if (found := length({"thin": "1px", "medium": "3px", "thick": "5px"}.get(word, word))) is not None]
    colour = next((word for word in words if word.startswith(("#", "rgb")) or (word.isalpha() and word not in _LINE_WORDS)), "")
    return Border(min(widths[0], 12.0), colour) if widths and widths[0] > 0 else None


_LINE_WORDS_NAMES = "solid dashed dotted double groove ridge inset outset thin medium thick currentcolor transparent initial inherit unset"
_LINE_WORDS = frozenset(_LINE_WORDS_NAMES.split())
