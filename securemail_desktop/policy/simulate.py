"""What another policy would have made of messages: who would newly get them in clear, protected, held or blocked. Pure.

Nothing here holds matched text or subjects; addresses and names of files appear.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of one recipient's copy, weakest first; one that waits for an answer of its author is held."""

    SEND = "send"
    PROTECTED = "protected"
    HELD = "held"
    BLOCKED = "blocked"


class Shift(StrEnum):
    """How a message fares under the new policy, what IT must look at first."""

    NEWLY_CLEAR = "newly in clear"
    NEWLY_BLOCKED = "newly blocked"
    NEWLY_HELD = "newly held"
    NEWLY_PROTECTED = "newly protected"
    OTHERWISE = "changed otherwise"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Copy:
    """One recipient, what becomes of his copy, and by which method it goes."""

    address: str
    fate: Fate
    method: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What one policy makes of a message: copies in the order of the recipients, rules that matched, what it asks and changes."""

    copies: tuple[Copy, ...]
    rules: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One message under both policies; `findings` are (category, count)."""

    name: str
    base: Judged
    candidate: Judged
    phi: bool = False
    findings: tuple[tuple[str, int], ...] = ()

    @property
    def shift(self) -> Shift:
        """Return the worst that changes for a recipient."""
        if self.base == self.candidate:
            return Shift.UNCHANGED
        found = {_shift(old, new) for old, new in zip(self.base.copies, self.candidate.copies, strict=True)}
        return next(shift for shift in Shift if shift in found or shift is Shift.OTHERWISE)

    @property
    def alarming(self) -> bool:
        """Return whether something with findings goes newly in clear."""
        return self.shift is Shift.NEWLY_CLEAR and (self.phi or bool(self.findings))


@dataclass(frozen=True, slots=True)
class Simulation:
    """All messages, and the names of those that could not be read, with the reason."""

    messages: tuple[Compared, ...]
    unusable: tuple[tuple[str, str], ...] = ()

    @property
    def shifts(self) -> dict[Shift, int]:
        """Return how many messages fare how."""
        count = Counter(m.shift for m in self.messages)
        return {shift: count[shift] for shift in Shift}

    @property
    def matrix(self) -> dict[Fate, dict[Fate, int]]:
        """Return how many copies went from which fate (outer) to which (inner)."""
        pairs = ((old, new) for m in self.messages for old, new in zip(m.base.copies, m.candidate.copies, strict=True))
        count = Counter((old.fate, new.fate) for old, new in pairs)
        return {old: {new: count[old, new] for new in Fate} for old in Fate}

    @property
    def changed(self) -> tuple[Compared, ...]:
        """Return the messages that fare differently, the most important first."""
        order = list(Shift)
        return tuple(sorted((m for m in self.messages if m.shift is not Shift.UNCHANGED), key=lambda m: order.index(m.shift)))

    @property
    def alarming(self) -> int:
        """Return how many messages with findings go newly in clear."""
        return sum(m.alarming for m in self.messages)


def together(parts: Iterable[Simulation]) -> Simulation:
    """Return the parts as one, in the order of the names."""
    every = list(parts)
    messages = sorted((m for part in every for m in part.messages), key=lambda m: m.name)
    return Simulation(tuple(messages), tuple(sorted(u for part in every for u in part.unusable)))


def _shift(old: Copy, new: Copy) -> Shift:
    if old.fate is new.fate:
        return Shift.UNCHANGED if old == new else Shift.OTHERWISE
    return {
        Fate.SEND: Shift.NEWLY_CLEAR,
        Fate.PROTECTED: Shift.NEWLY_PROTECTED,
        Fate.HELD: Shift.NEWLY_HELD,
        Fate.BLOCKED: Shift.NEWLY_BLOCKED,
    }[new.fate]
