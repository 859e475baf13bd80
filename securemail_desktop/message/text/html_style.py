"""What an element's attributes say about its text: whether a reader sees it, and whose it is.

Only what stands on the elements themselves counts (attributes and inline style); style sheets are not evaluated. Where that leaves a doubt, text
counts as visible.
"""

import re
from dataclasses import dataclass, replace

from securemail_desktop.message.text.passage import PassageKind

Attributes = dict[str, str | None]
_Rgb = tuple[int, int, int]

_HIDING = {"display": {"none"}, "mso-hide": {"all"}, "content-visibility": {"hidden"}}
_ZERO = re.compile(r"0*\.?0+(?:px|pt|em|rem|%|ex|ch|vw|vh|cm|mm|in)?")
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*1(?:\.0*)?\s*)?\)"
)  # one that shines through is not known
_COLORS = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "gray": "#808080", "grey": "#808080", "blue": "#0000ff"}
_SAME = 8  # steps of 255 that no eye tells apart

_QUOTE_CLASSES = frozenset({"gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"})
_QUOTE_IDS = frozenset({"divrplyfwdmsg", "x_divrplyfwdmsg"})
_SIGNATURE_CLASSES = frozenset({"gmail_signature", "moz-signature"})
_SIGNATURE_IDS = frozenset({"signature", "x_signature", "ms-outlook-mobile-signature"})


@dataclass(frozen=True, slots=True)
class Style:
    """What an element inherits: colours are "#rrggbb" values, None where they are not known."""

    kind: PassageKind = PassageKind.AUTHORED
    gone: bool = False
    tiny: bool = False
    invisible: bool = False
    preformatted: bool = False
    color: _Rgb | None = (0, 0, 0)
    background: _Rgb | None = (255, 255, 255)

    @property
    def hidden(self) -> bool:
        """Return whether no reader sees the element's text."""
        return self.gone or self.tiny or self.invisible or self._blends

    @property
    def _blends(self) -> bool:
        if self.color is None or self.background is None:
            return False
        return all(abs(front - back) <= _SAME for front, back in zip(self.color, self.background, strict=True))


def inherit(style: Style, tag: str, attributes: Attributes, has_style_sheet: bool) -> Style:
    """Return the style of an element inside one of `style`; with a style sheet, a class or id makes the background unknown."""
    if not attributes and tag not in {"pre", "textarea"}:
        return style
    declared = _declarations(attributes.get("style") or "")
    unknown = has_style_sheet and ("class" in attributes or "id" in attributes)
    return replace(
        style,
        kind=_kind(style.kind, tag, attributes),
        gone=style.gone or "hidden" in attributes or _hides(declared),
        tiny=_ZERO.fullmatch(declared["font-size"]) is not None if "font-size" in declared else style.tiny,
        invisible=declared["visibility"] in {"hidden", "collapse"} if "visibility" in declared else style.invisible,
        preformatted=declared["white-space"].startswith("pre")
        if "white-space" in declared
        else style.preformatted or tag in {"pre", "textarea"},
        color=_color(declared.get("color") or (attributes.get("color") if tag == "font" else None), style.color),
        background=_background(declared, attributes, None if unknown else style.background),
    )


def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value.strip()}


def _hides(declared: dict[str, str]) -> bool:
    if any(declared.get(name) in values for name, values in _HIDING.items()):
        return True
    clipped = declared.get("overflow") == "hidden" and any(
        _ZERO.fullmatch(declared.get(name, "")) for name in ("max-height", "height", "max-width")
    )
    moved = declared.get("text-indent", "").startswith("-999") or declared.get("left", "").startswith("-999")
    return clipped or moved or _ZERO.fullmatch(declared.get("opacity", "")) is not None


def _kind(kind: PassageKind, tag: str, attributes: Attributes) -> PassageKind:
    classes = set((attributes.get("class") or "").split())
    name = (attributes.get("id") or "").lower()
    if (
        kind is PassageKind.QUOTED
        or (tag == "blockquote" and attributes.get("type") == "cite")
        or classes & _QUOTE_CLASSES
        or name in _QUOTE_IDS
    ):
        return PassageKind.QUOTED
    return PassageKind.SIGNATURE if classes & _SIGNATURE_CLASSES or name in _SIGNATURE_IDS else kind


def _background(declared: dict[str, str], attributes: Attributes, inherited: _Rgb | None) -> _Rgb | None:
    shorthand = declared.get("background", "")
    if "url(" in shorthand or "gradient" in shorthand or "background-image" in declared or attributes.get("background"):
        return None
    return _color(declared.get("background-color") or shorthand or attributes.get("bgcolor"), inherited)


def _color(text: str | None, inherited: _Rgb | None) -> _Rgb | None:
    """Return the colour that CSS or an attribute names, None where this program does not know it."""
    if not text or text in {"inherit", "transparent", "none", "initial", "unset"}:
        return inherited
    value = _COLORS.get(text.strip().lower(), text.strip().lower())
    if match := _RGB.match(value):
        return int(match[1]), int(match[2]), int(match[3])
    digits = value.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)) if re.fullmatch(r"[0-9a-f]{6}", digits) else None
