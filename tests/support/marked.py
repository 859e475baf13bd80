"""Tables of text whose identifiers are marked: `{n:Ola Lund}` in messages, `<<219-09-9998>>` in tables of one kind.

A line is one text; line breaks and tabs in it are written `\\n` and `\\t`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from securemail_desktop.phi.finding import IdentifierType as T

KINDS = {
    "n": T.NAME,
    "d": T.DATE,
    "m": T.MRN,
    "s": T.SSN,
    "p": T.PHONE,
    "e": T.EMAIL,
    "a": T.ADDRESS,
    "h": T.HEALTH_PLAN_ID,
    "c": T.ACCOUNT,
    "i": T.NATIONAL_ID,
    "v": T.DEVICE,
    "g": T.AGE,
}
_KIND = re.compile(r"\{([a-z]):([^{}]*)\}")
_ONE = re.compile(r"<<(.*?)>>")

Span = tuple[int, int]


def messages(file: Path) -> Iterator[tuple[str, str, str]]:
    """Yield kind, subject and body of a table's messages (`subject | body`), still marked."""
    kind = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            subject, _, body = line.partition("|")
            yield kind, subject.strip(), _written(body.strip())


def cases(file: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and marked text of a table of identifiers; the kind is '' where the table has no sections."""
    kind = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[[A-Z_]+\]", line):
            kind = line.strip("[]")
        elif line and not line.startswith("# "):
            yield kind, _written(line)


def without_marks(text: str) -> str:
    """Return a message's text as a person wrote it."""
    return _KIND.sub(r"\2", text)


def kinds_marked(text: str) -> tuple[str, list[tuple[T, Span]]]:
    """Return a message's text without its marks, and what they mark."""
    plain, spans = _marked(text, _KIND)
    return plain, [(KINDS[match.group(1)], span) for match, span in spans]


def marked(text: str) -> tuple[str, list[str]]:
    """Return the text of a table of identifiers without its marks, and the marked stretches."""
    plain, spans = _marked(text, _ONE)
    return plain, [plain[start:end] for _, (start, end) in spans]


def _marked(text: str, mark: re.Pattern[str]) -> tuple[str, list[tuple[re.Match[str], Span]]]:
    plain, read, spans = "", 0, []
    for match in mark.finditer(text):
        plain += text[read : match.start()]
        spans.append((match, (len(plain), len(plain) + len(match.group(match.lastindex or 0)))))
        plain += match.group(match.lastindex or 0)
        read = match.end()
    return plain + text[read:], spans


def _written(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")
