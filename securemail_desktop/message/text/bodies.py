"""The text of a plain and an HTML body as one, so that nothing is read twice and nothing is left out."""

from collections.abc import Iterable, Sequence

from securemail_desktop.message.text.html import html_text
from securemail_desktop.message.text.passage import Line, PassageKind
from securemail_desktop.message.text.quoted import line_kinds

_SPAN = 3  # words; a line is known when every run of so many of its words is


def body_lines(text: str, html: str) -> list[Line]:
    """Return the plain body unchanged, then what only the HTML body shows, then what it hides, each after a blank line."""
    lines = _with_kinds(text.split("\n")) if text or not html else []
    if not html:
        return lines
    parsed = html_text(html)
    known = _Known(text)
    lines = _append(lines, [line for line in _refined(parsed.visible) if not known.covers(line.text)])
    known.add(*(line.text for line in parsed.visible))
    return _append(lines, [line for line in parsed.hidden if not known.covers(line.text)])


def with_new_lines(lines: list[Line], more: Iterable[Line]) -> list[Line]:
    """Return the lines and, after a blank one, those of another form of the same text that they do not say."""
    known = _Known("")
    known.add(*(line.text for line in lines))
    return _append(lines, [line for line in more if not known.covers(line.text)])


def html_lines(html: str) -> list[Line]:
    """Return what an HTML document shows and, after a blank line, what it hides."""
    return body_lines("", html)


def _with_kinds(texts: Sequence[str]) -> list[Line]:
    return [Line(text, kind) for text, kind in zip(texts, line_kinds(texts), strict=True)]


def _refined(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with the kinds that their text shows where their markup shows none."""
    by_text = _with_kinds([line.text for line in lines])
    return [line if line.kind is not PassageKind.AUTHORED else other for line, other in zip(lines, by_text, strict=True)]


def _append(lines: list[Line], more: list[Line]) -> list[Line]:
    if not any(line.text.strip() for line in more):
        return lines
    return [*lines, *([Line("", lines[-1].kind)] if lines else []), *more]


class _Known:
    """The runs of words of texts, by which lines are recognised whatever their wrapping and quote marks."""

    def __init__(self, text: str) -> None:
        self._runs: set[tuple[str, ...]] = set()
        self.add(text)

    def add(self, *texts: str) -> None:
        for text in texts:
            words = _words(text)
            for size in range(1, _SPAN + 1):
                self._runs.update(_runs(words, size))

    def covers(self, text: str) -> bool:
        words = _words(text)
        if not words:  # blank lines matter only where nothing is known and all lines stay
            return bool(self._runs)
        return all(run in self._runs for run in _runs(words, min(_SPAN, len(words))))


def _words(text: str) -> list[str]:
    return [bare for word in text.split() if (bare := word.strip("<>"))]


def _runs(words: list[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
