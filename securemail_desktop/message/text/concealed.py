"""What a text says to its reader and not to whoever goes through its letters.

Words that are shown turned around (UAX #9), and text in base64 (RFC 4648).
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from securemail_desktop.message.text.passage import Line, PassageKind

TURNED = "\u202e"  # RIGHT-TO-LEFT OVERRIDE
ENDED = "\u202c"  # POP DIRECTIONAL FORMATTING
_TURNED = re.compile(f"{TURNED}([^{ENDED}]*){ENDED}?")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])((?:[A-Za-z0-9+/]{40,}+={0,2}\n?)++)([A-Za-z0-9+/]{2,39}={0,2})?")
_READABLE = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]*")


def concealed(lines: Sequence[Line]) -> list[Line]:
    """Return what the lines conceal, after a blank line; nothing of most texts. In linear time."""
    found = [_TURNED.sub(lambda match: match[1][::-1], line.text) for line in lines if TURNED in line.text]
    found += _decoded("\n".join(line.text.strip() for line in lines))
    return [Line(text, PassageKind.HIDDEN) for text in ["", *found]] if found else []


def _decoded(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        # what follows the long lines is the last one, or a word of the text
        readings = (_text_in(match[0]), _text_in(match[1]))
        yield from next(filter(None, readings), "").splitlines()


def _text_in(letters: str) -> str:
    """Return the text that the letters stand for, empty where it is none: a key, a picture, a word without blanks."""
    together = letters.replace("\n", "")
    try:
        inner = base64.b64decode(together + "=" * (-len(together) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return inner if _READABLE.fullmatch(inner) else ""
