"""Plain text whose long lines flow: format=flowed (RFC 3676), so that paragraphs wrap at the reader's width.

`encode` and `decode` are inverse: `encode` gives None for text that flowed lines cannot carry, which is sent as it is. Received text is read
with both values of DelSp, and its quote marks come out as `> ` before the quoted text.
"""

import re

_WIDTH = 72
_CANONICAL_QUOTE = re.compile(r"(>+) (?=[^\n])|(>+)\Z")
_QUOTE = re.compile(r"(>*)(.*)", re.DOTALL)
_SIGNATURE = "-- "


def encode(text: str) -> str | None:
    """Return `text` (line feeds) as flowed lines, or None where a line ends in a space and is not the signature's separator."""
    lines = [_flow(line) for line in text.split("\n")]
    return None if None in lines else "\n".join(line for line in lines if line is not None)


def decode(text: str, del_space: bool = False) -> str:
    """Return flowed lines (line feeds) as paragraphs, each on one line."""
    paragraphs: list[tuple[int, list[str]]] = []  # pieces, joined once: a paragraph may have a million lines
    flowing = False
    for line in text.split("\n"):
        depth, content = _unstuff(line)
        is_signature = content == _SIGNATURE
        if flowing and not is_signature and paragraphs[-1][0] == depth:
            paragraphs[-1][1].append(content)
        else:
            paragraphs.append((depth, [content]))
        flowing = content.endswith(" ") and not is_signature
        if flowing and del_space:
            paragraphs[-1][1][-1] = content[:-1]
    return "\n".join(_quoted(depth, "".join(pieces)) for depth, pieces in paragraphs)


def _flow(line: str) -> str | None:
    match = _CANONICAL_QUOTE.match(line)
    marks = (match[1] or match[2]) if match else ""
    content = line[match.end() :] if match else line
    if content.endswith(" ") and content != _SIGNATURE:
        return None
    return "\n".join(marks + _stuff(piece, bool(marks)) for piece in _wrap(content))


def _wrap(content: str) -> list[str]:
    """Split after spaces so that pieces stay within the width where words allow; no piece but the whole looks like a signature separator."""
    if len(content) <= _WIDTH:
        return [content]
    pieces = [""]
    for word in re.findall(r"[^ ]* |[^ ]+", content):
        if pieces[-1] and len(pieces[-1]) + len(word) > _WIDTH and pieces[-1] != _SIGNATURE:
            pieces.append("")
        pieces[-1] += word
    return pieces


def _stuff(piece: str, quoted: bool) -> str:
    """Space-stuff (RFC 3676, 4.4). A quoted line always carries the space that people write after the mark."""
    needed = piece.startswith((" ", ">", "From ")) or (quoted and bool(piece))
    return " " + piece if needed else piece


def _unstuff(line: str) -> tuple[int, str]:
    match = _QUOTE.match(line)
    assert match
    content = match[2]
    return len(match[1]), content.removeprefix(" ")


def _quoted(depth: int, content: str) -> str:
    return ">" * depth + (" " + content if content else "") if depth else content
