"""Colours of CSS as (red, green, blue), their contrast (WCAG 2.2), and the nearest legible one."""

import re
from functools import lru_cache

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
LEGIBLE = 4.5  # WCAG 2.2, 1.4.3
_STEPS = 10
_NAMES = {
    "black": "000000", "silver": "c0c0c0", "gray": "808080", "grey": "808080", "white": "ffffff", "maroon": "800000", "red": "ff0000",
    "purple": "800080", "fuchsia": "ff00ff", "magenta": "ff00ff", "green": "008000", "lime": "00ff00", "olive": "808000", "yellow": "ffff00",
    "navy": "000080", "blue": "0000ff", "teal": "008080", "aqua": "00ffff", "cyan": "00ffff", "orange": "ffa500", "darkblue": "00008b",
    "darkred": "8b0000", "darkgreen": "006400", "darkgray": "a9a9a9", "darkgrey": "a9a9a9", "dimgray": "696969", "dimgrey": "696969",
    "lightgray": "d3d3d3", "lightgrey": "d3d3d3", "whitesmoke": "f5f5f5", "lightblue": "add8e6", "lightyellow": "ffffe0", "pink": "ffc0cb",
    "gold": "ffd700", "brown": "a52a2a", "crimson": "dc143c", "tomato": "ff6347", "steelblue": "4682b4", "royalblue": "4169e1",
    "slategray": "708090", "slategrey": "708090", "firebrick": "b22222", "indigo": "4b0082", "ivory": "fffff0", "beige": "f5f5dc",
    "windowtext": "000000", "window": "ffffff",
}  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})(?:\.\d+)?[\s,]+(\d{1,3})(?:\.\d+)?[\s,]+(\d{1,3})(?:\.\d+)?\s*(?:[,/]\s*(\d?\.?\d+%?)\s*)?\)")


@lru_cache(maxsize=4096)
def read_colour(text: str, under: Colour = WHITE) -> Colour | None:
    """Return the colour that CSS or an attribute names, laid over `under` where it is translucent; None where it names none."""
    value = text.strip().lower()[:64]
    value = _NAMES.get(value, value)
    if match := _RGB.match(value):
        red, green, blue = (min(int(digits), 255) for digits in match.groups()[:3])
        return _over((red, green, blue), _alpha(match[4]), under)
    if not (match := _HEX.fullmatch(value)):
        return None
    digits = match[1] if len(match[1]) > 4 else "".join(2 * digit for digit in match[1])
    opaque = int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    return _over(opaque, int(digits[6:8] or "ff", 16) / 255, under)


def css(colour: Colour) -> str:
    """Return `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(colour: Colour, ground: Colour, wanted: float = LEGIBLE) -> Colour:
    """Return the colour, moved towards black or white as far as it must be to be read on its ground with at least this contrast."""
    goal = WHITE if contrast(WHITE, ground) > contrast(BLACK, ground) else BLACK
    for step in range(_STEPS + 1):
        mixed = _over(goal, step / _STEPS, colour)
        if contrast(mixed, ground) >= max(wanted, LEGIBLE):
            return mixed
    return goal


def _over(colour: Colour, alpha: float, under: Colour) -> Colour:
    red, green, blue = (round(alpha * top + (1 - alpha) * low) for top, low in zip(colour, under, strict=True))
    return red, green, blue


def _alpha(text: str | None) -> float:
    if not text:
        return 1
    return max(0.0, min(1.0, float(text.rstrip("%")) / (100 if text.endswith("%") else 1)))


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
