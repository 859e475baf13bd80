"""The marked places of one text, thousands of them, moved at each key: kept as rows of numbers; a `Span` is made only of what is looked at."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from securemail_desktop.gui.spans import Span, Utf16


class Found(Protocol):
    """What detection found: its place in code points."""

    @property
    def start(self) -> int:
        """Return the first code point's number."""
        ...

    @property
    def end(self) -> int:
        """Return the number of the code point behind it."""
        ...


Item = TypeVar("Item", bound=Found)


class Layer(Generic[Item]):
    """Places of one kind, in order, none overlapping another."""

    def __init__(self, found: Iterable[Item], make: Callable[[Item, int, int], Span], units: Utf16) -> None:
        """Take what was found; `make` gives the span of one, whose place is in UTF-16 units."""
        self._found, self._make = sorted(found, key=lambda item: item.start), make
        self._starts = units.offsets([item.start for item in self._found])
        self._ends = units.offsets([item.end for item in self._found])

    def __len__(self) -> int:
        return len(self._found)

    def between(self, first: int, last: int) -> list[Span]:
        """Return the places that touch the stretch of text, its borders included."""
        begin, end = bisect_left(self._ends, first), bisect_right(self._starts, last)
        return list(map(self._make, self._found[begin:end], self._starts[begin:end], self._ends[begin:end]))

    def shift(self, position: int, removed: int, added: int) -> int:
        """Move what is behind an edit; what it touches is gone: return how many."""
        begin = bisect_left(self._ends, position)
        end = bisect_left(self._starts, position + removed) if removed else bisect_right(self._starts, position)
        lost = end - begin
        for rows in (self._found, self._starts, self._ends):
            del rows[begin:end]
        by = added - removed
        if by:
            self._starts[begin:] = [start + by for start in self._starts[begin:]]
            self._ends[begin:] = [end + by for end in self._ends[begin:]]
        return lost


class _Row(Protocol):
    """One layer, whatever was found in it."""

    def __len__(self) -> int: ...
    def between(self, first: int, last: int) -> list[Span]: ...
    def shift(self, position: int, removed: int, added: int) -> int: ...


class Marks:
    """The places of all kinds; those of different kinds may overlap."""

    def __init__(self, layers: Sequence[_Row] = ()) -> None:
        """Take the layers over."""
        self._layers = layers

    def __len__(self) -> int:
        return sum(map(len, self._layers))

    def all(self) -> tuple[Span, ...]:
        """Return every place, layer by layer."""
        return self.between(0, sys.maxsize)

    def between(self, first: int, last: int) -> tuple[Span, ...]:
        """Return the places that touch the stretch of text, its borders included."""
        return tuple(span for layer in self._layers for span in layer.between(first, last))

    def shift(self, position: int, removed: int, added: int) -> int:
        """Move the places behind an edit; those that it touches are gone until the next review: return how many."""
        return sum(layer.shift(position, removed, added) for layer in self._layers)
