"""Where a text is broken that does not fit a width: at spaces, else behind the signs of an address, else anywhere."""

import re

from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption

_BREAKS = re.compile("[@./_-]")
_HINT = "\u200b"


def breakable(text: str) -> str:
    """Return the text with invisible marks where it may be broken; those of a prefix are the prefix of those of the whole."""
    return _BREAKS.sub(f"\\g<0>{_HINT}", text)


def whole(text: str) -> str:
    """Return the text without those marks."""
    return text.replace(_HINT, "")


def has_long_word(text: str, font: QFont, width: float) -> bool:
    """Tell whether a word has to be broken for a width in pixels; an address that fits on a line of its own stays whole."""
    metrics = QFontMetricsF(font)  # whole pixels would let a word pass that is broken at its last letter
    return any(metrics.horizontalAdvance(word) > width for word in text.split())


def broken(text: str, font: QFont, width: int) -> str:
    """Return the text with line ends where it has to be broken for a width in pixels."""
    marked = breakable(text) if has_long_word(text, font, width) else text
    layout = QTextLayout(marked, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    units, lines = marked.encode("utf-16-le"), []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(10, width))
        start = line.textStart()
        lines.append(whole(units[2 * start : 2 * (start + line.textLength())].decode("utf-16-le", "replace")).strip())
    layout.endLayout()
    return "\n".join(lines)
