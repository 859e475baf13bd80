"""The single questions that rules ask of facts. Each is answered once a message, for all recipients at a time.

`truth` gives the answer, `seen` the value that was found: for people and logs, so never matched text. A question about a fact that nobody
could measure is answered by "possible", neither yes nor no.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from securemail_desktop.policy.index import FactsIndex, Truth, domain_forms


class Predicate(Protocol):
    """One question about a message and its recipients. Equal questions are equal objects."""

    @property
    def per_recipient(self) -> bool:
        """Return whether it is asked of each recipient by himself."""

    @property
    def cost(self) -> int:
        """Return how dear it is: 0 a look-up, 1 a walk over lists, 2 a search in texts."""

    def truth(self, index: FactsIndex) -> Truth:
        """Return for which recipients it holds."""

    def seen(self, index: FactsIndex) -> str:
        """Return the value that was found."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range, both ends included; None where there is no end."""

    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        """Return whether the value lies within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Member:
    """A recipient's attribute is one of the values; `directory` when groups are asked that only a directory knows."""

    attribute: str
    values: frozenset[str]
    directory: bool = False

    per_recipient: ClassVar[bool] = True
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Return the recipients who have one of the values."""
        mask = self._union(index.masks[self.attribute])
        return Truth(mask, mask | self._doubtful(index))

    def seen(self, index: FactsIndex) -> str:
        """Return each recipient's values."""
        lines = [f"{r.key}: {self._of(index, i)}" for i, r in enumerate(index.facts.recipients)]
        return "; ".join(lines) or "no recipients"

    def _union(self, table: Mapping[str, int]) -> int:
        mask = 0
        for value in self.values & table.keys():
            mask |= table[value]
        return mask

    def _doubtful(self, index: FactsIndex) -> int:
        """Return the recipients of whom it is unknown."""
        if self.attribute == "capability":
            return self._union(index.masks["uncertain"])
        if self.attribute == "group" and not self.directory:
            return 0
        return index.unknown.get(self.attribute, 0)

    def _of(self, index: FactsIndex, position: int) -> str:
        values = [v for v, mask in index.masks[self.attribute].items() if mask >> position & 1 and not v.startswith("*.")]
        if self.attribute == "group" and index.unknown_groups >> position & 1:
            values.append("directory unknown")
        elif self._doubtful(index) >> position & 1:
            values.append("unknown")
        return ", ".join(sorted(values)) or "none"


@dataclass(frozen=True, slots=True)
class Phi:
    """The message holds patient data, or does not."""

    value: bool

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare."""
        return index.certain(holds=index.facts.phi is self.value)

    def seen(self, index: FactsIndex) -> str:
        """Return what detection said."""
        return str(index.facts.phi).lower()


class Quantity(StrEnum):
    """What can be measured of a message as a whole."""

    SCORE = "score"
    SIZE = "size"
    ATTACHMENTS = "attachments"
    RECIPIENTS = "recipients"
    DOMAINS = "domains"
    OUTSIDE_DOMAINS = "outside_domains"


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity of the message lies within bounds."""

    quantity: Quantity
    bounds: Bounds

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Compare; a score that is no number is unknown."""
        value = self._value(index)
        return index.certain(holds=self.bounds.holds(value)) if math.isfinite(value) else index.nobody_knows

    def seen(self, index: FactsIndex) -> str:
        """Return the quantity."""
        return f"{self._value(index):g}"

    def _value(self, index: FactsIndex) -> float:
        facts = index.facts
        match self.quantity:
            case Quantity.SCORE:
                return facts.score
            case Quantity.SIZE:
                return facts.size
            case Quantity.ATTACHMENTS:
                return len(facts.attachments)
            case Quantity.RECIPIENTS:
                return len(facts.recipients)
            case Quantity.DOMAINS:
                return len({r.domain for r in facts.recipients})
            case Quantity.OUTSIDE_DOMAINS:
                return len({r.domain for r in facts.recipients if not r.inside})


@dataclass(frozen=True, slots=True)
class SenderAddress:
    """The sender is one of these mailboxes."""

    values: frozenset[str]

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare."""
        return index.certain(holds=index.facts.sender in self.values)

    def seen(self, index: FactsIndex) -> str:
        """Return the sender."""
        return index.facts.sender


@dataclass(frozen=True, slots=True)
class SenderDomain:
    """The sender's domain is one of these, or lies below one (`*.example.org`)."""

    values: frozenset[str]

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare."""
        return index.certain(holds=not self.values.isdisjoint(domain_forms(index.facts.sender_domain)))

    def seen(self, index: FactsIndex) -> str:
        """Return the sender's domain."""
        return index.facts.sender_domain


@dataclass(frozen=True, slots=True)
class SenderGroup:
    """The sender is in one of these groups; `directory` when one of them is known to a directory only."""

    values: frozenset[str]
    directory: bool

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare; unknown where the directory could not be asked."""
        if not self.values.isdisjoint(index.sender_groups):
            return index.certain(holds=True)
        unknown = self.directory and index.facts.sender_groups is None
        return index.nobody_knows if unknown else index.certain(holds=False)

    def seen(self, index: FactsIndex) -> str:
        """Return the sender's groups."""
        unknown = ["directory unknown"] if index.facts.sender_groups is None else []
        return ", ".join(sorted(index.sender_groups) + unknown) or "none"


@dataclass(frozen=True, slots=True)
class Channel:
    """The message comes by one of these ways: window, relay, cli ..."""

    values: frozenset[str]

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare."""
        return index.certain(holds=index.facts.channel in self.values)

    def seen(self, index: FactsIndex) -> str:
        """Return the channel."""
        return index.facts.channel
