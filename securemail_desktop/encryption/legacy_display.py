"""Lines that repeat protected headers in the text, for programs that cannot show them (RFC 9788, 2.1.2 and 4.5.3): who can show them leaves them out.

Rules: only in a part that says so, and only what is nothing but such lines: whatever else stands there is shown, so that nobody can hide a text so.
"""

import re

MARK = "hp-legacy-display"
_NAMES = r"(?:Subject|From|To|Cc|Date|Reply-To|Followup-To|Keywords|Comments)"
_LINES = rf"(?:{_NAMES}:[^\n]*\n(?:[ \t]+[^\s][^\n]*\n)*)+"
_PLAIN = re.compile(rf"{_LINES}[ \t]{{0,9}}(?:\n|\Z)", re.IGNORECASE)
_LONGEST = 10_000  # characters that may be such lines
_HTML = re.compile(
    rb"\A(?P<before>(?:[^<]*<(?:!doctype|html|head|/head|meta|title|/title|body)\b[^>]*>)*\s*)"
    rb"<div\s+class=[\"']?header-protection-legacy-display[\"']?\s*>\s*<pre>(?P<lines>[^<]*)</pre>\s*</div>",
    re.IGNORECASE,
)


def without_lines(text: str) -> str:
    """Return a plain text without such lines and the empty one behind them; as it is where it does not begin so."""
    found = _PLAIN.match(text, 0, _LONGEST)
    return text[found.end() :] if found else text


def without_element(content: bytes) -> bytes:
    """Return an HTML document, in a character set that has ASCII in it, without such an element at its beginning; as it is where there is none."""
    found = _HTML.match(content, 0, _LONGEST)
    if not found or not _PLAIN.fullmatch(found["lines"].decode("ascii", "replace").replace("\r\n", "\n").rstrip() + "\n"):
        return content
    return found["before"] + content[found.end() :]
