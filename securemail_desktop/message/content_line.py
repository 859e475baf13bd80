"""Content lines of calendars and cards: unfolded, each a name, parameters and a value (RFC 5545, 3.1; RFC 6350, 3.3; RFC 6868).

Never fails, in linear time. The text's lines end in line feeds.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from securemail_desktop.message import charset
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError

_FOLD = re.compile(r"\n[ \t]")
_ESCAPE = re.compile(r"\\([nN,;\\])")
_CARET = re.compile(r"\^([n^'])")
_CARETS = {"n": "\n", "^": "^", "'": '"'}
_LINE = re.compile(r'(?P<name>[A-Za-z0-9-]{1,80})(?P<parameters>(?:;(?:[^":;]|"[^"]*")*)*):(?P<value>.*)', re.DOTALL)
_QUOTED = re.compile(r"[A-Za-z0-9-]{1,80}(?:;[^:]*)?;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_BREAK = re.compile(r"\r\n?|\n")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,80})=("[^"]*"|[^;]*)')


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One property: its name and its parameters' names in capital letters; `value` is as it came, with its escapes."""

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """Return the value with its escapes undone."""
        return plain(self.value)

    @property
    def mailbox(self) -> Address | None:
        """Return the mailbox that the value names (`mailto:`), or None."""
        scheme, _, address = self.value.strip().partition(":")
        try:
            return parse_address(address) if scheme.lower() == "mailto" else None
        except AddressError:
            return None


def unfolded(text: str) -> Iterator[str]:
    """Yield the content lines; those of vCalendar and vCard 2.1 may be quoted-printable, which goes on behind a soft line break."""
    lines = iter(_FOLD.sub("", text).split("\n"))
    for content in lines:
        if not _QUOTED.match(content):
            yield content
            continue
        parts = [content]
        while parts[-1].endswith("=") and (more := next(lines, None)) is not None:
            parts.append(more)
        head, _, value = "\n".join(parts).partition(":")
        yield f"{head}:{_decoded(value)}"


def read_line(content: str) -> ContentLine | None:
    """Return a content line taken apart; None for what is no property."""
    found = _LINE.fullmatch(content)
    return ContentLine(found["name"].upper(), _parameters(found["parameters"]), found["value"]) if found else None


def plain(value: str) -> str:
    """Return a value with its escapes undone."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _decoded(value: str) -> str:
    decoded = charset.decode(binascii.a2b_qp(value.encode("utf-8", "replace")))
    return _BREAK.sub("\\\\n", decoded)


def _parameters(text: str) -> dict[str, str]:
    return {name.upper(): _CARET.sub(lambda found: _CARETS[found[1]], value.strip('"')) for name, value in _PARAMETER.findall(text)}
