"""Stretches of text by where they come from: the author, an earlier message, a signature, or what no reader sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PassageKind(StrEnum):
    """Where a stretch of text comes from."""

    AUTHORED = "authored"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a field's text: `start` and `end` in Unicode code points."""

    kind: PassageKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file the text stands from `start` on, in Unicode code points: "page 3", empty where the file has no such places."""

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text without its line end. `place` is where in a file it stands, in words ("page 3"), or empty."""

    text: str
    kind: PassageKind = PassageKind.AUTHORED
    place: str = ""


def join(lines: Iterable[Line]) -> tuple[str, tuple[Passage, ...]]:
    """Return the lines as one text and the passages that cover it from end to end, neighbours of one kind as one."""
    texts: list[str] = []
    passages: list[Passage] = []
    start = 0
    for line in lines:
        end = start + len(line.text) + 1
        if passages and passages[-1].kind is line.kind:
            passages[-1] = Passage(line.kind, passages[-1].start, end)
        else:
            passages.append(Passage(line.kind, start, end))
        texts.append(line.text)
        start = end
    text = "\n".join(texts)
    cut = [Passage(passage.kind, passage.start, min(passage.end, len(text))) for passage in passages]
    return text, tuple(passage for passage in cut if passage.start < passage.end)


def places(lines: Iterable[Line]) -> tuple[Place, ...]:
    """Return where the joined lines change their place; nothing where none has one."""
    found: list[Place] = []
    start = 0
    for line in lines:
        if line.place != (found[-1].label if found else ""):
            found.append(Place(start, line.place))
        start += len(line.text) + 1
    return tuple(found)
