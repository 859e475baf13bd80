"""Files that hold messages, whatever they are called: one (RFC 5322; .eml, .mht of a web page, .emlx of Apple Mail) or many (mbox, RFC 4155)."""

import re
from collections.abc import Sequence

_BEFORE = rb"(?:From [^\n]{1,300}\n|[0-9]{1,9} *\r?\n)?"  # of mbox; of .emlx
_START = re.compile(_BEFORE + rb"[A-Za-z][A-Za-z0-9-]{0,60}:")
_SURE = re.compile(rb"^(?:MIME-Version|Content-Transfer-Encoding|Message-ID):", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\n\r?\n")
_FIRST = re.compile(_BEFORE)
_CUT = re.compile(rb"(?<=\n)From \S[^\n]{0,300}\n(?=[A-Za-z][A-Za-z0-9-]{0,60}:)")
_LARGEST_HEAD = 64 * 1024  # octets


def head_of(content: bytes) -> bytes:
    """Return the header of the first message, empty where the file holds none: somebody's text may begin with a word and a colon, too."""
    end = _BLANK.search(content, 0, _LARGEST_HEAD)
    head = content[: end.end() if end else _LARGEST_HEAD] if _START.match(content) else b""
    return head if _SURE.search(head) else b""


def messages_in(content: bytes) -> Sequence[bytes]:
    """Return the messages of a file, in linear time."""
    first = _FIRST.match(content)
    begin = content[first.end() if first else 0 :]
    return _CUT.split(begin) if content.startswith(b"From ") else [begin]
