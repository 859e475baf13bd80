"""The questions about what this program may not know: the sender's circumstances, agreements, consent, walls - and whether it is known."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from securemail_desktop.policy.facts import Consent, Facts
from securemail_desktop.policy.index import FactsIndex, Truth
from securemail_desktop.policy.predicates import Bounds


class Circumstance(StrEnum):
    """What can be asked of the sender besides who he is."""

    ROLE = "role"
    IDENTITY = "identity"
    POSTURE = "posture"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class SenderIs:
    """One of these holds of the sender or his device."""

    circumstance: Circumstance
    values: frozenset[str]

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare; unknown where nobody could measure it."""
        values = _circumstance(index.facts, self.circumstance)
        return index.nobody_knows if values is None else index.certain(holds=not values.isdisjoint(self.values))

    def seen(self, index: FactsIndex) -> str:
        """Return what was measured."""
        values = _circumstance(index.facts, self.circumstance)
        return "unknown" if values is None else ", ".join(sorted(values)) or "none"


def _circumstance(facts: Facts, circumstance: Circumstance) -> frozenset[str] | None:
    state = facts.state
    match circumstance:
        case Circumstance.ROLE:
            return state.roles
        case Circumstance.IDENTITY:
            return None if state.identity is None else frozenset({state.identity})
        case Circumstance.POSTURE:
            return state.posture
        case Circumstance.OFFLINE:
            return None if state.offline is None else frozenset({str(state.offline).lower()})


@dataclass(frozen=True, slots=True)
class SessionAge:
    """The time since the sender signed in lies within bounds, in seconds."""

    bounds: Bounds

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare; unknown where nobody could measure it."""
        age = index.facts.state.session
        return index.nobody_knows if age is None or not math.isfinite(age) else index.certain(holds=self.bounds.holds(age))

    def seen(self, index: FactsIndex) -> str:
        """Return the seconds."""
        age = index.facts.state.session
        return "unknown" if age is None else f"{age:g} s"


@dataclass(frozen=True, slots=True)
class Consented:
    """A recipient agreed, or not: `states` are `given`, `expired`, `none`; channel and purpose empty where any will do."""

    channel: str
    purpose: str
    states: frozenset[str]

    per_recipient: ClassVar[bool] = True
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Look at each recipient's consents; unknown where there is no register of them."""
        mask = 0
        for position, recipient in enumerate(index.facts.recipients):
            if recipient.consents is not None and self._state(recipient.consents) in self.states:
                mask |= 1 << position
        return Truth(mask, mask | index.unknown.get("consent", 0))

    def seen(self, index: FactsIndex) -> str:
        """Return each recipient's state."""
        people = [(r.key, "unknown" if r.consents is None else self._state(r.consents)) for r in index.facts.recipients]
        return "; ".join(f"{key}: {state}" for key, state in people) or "no recipients"

    def _state(self, consents: tuple[Consent, ...]) -> str:
        fitting = [c for c in consents if self.channel in {"", c.channel} and self.purpose in {"", c.purpose}]
        if any(not c.expired for c in fitting):
            return "given"
        return "expired" if fitting else "none"


@dataclass(frozen=True, slots=True)
class Wall:
    """Sender and recipient stand on different sides of an ethical wall: in different groups of it, and in none together.

    `directory` are the sides that only a directory knows.
    """

    sides: tuple[str, ...]
    directory: frozenset[str]

    per_recipient: ClassVar[bool] = True
    cost: ClassVar[int] = 0

    def truth(self, index: FactsIndex) -> Truth:
        """Compare groups; where the directory could not be asked for someone, any side of its may be his."""
        masks = index.masks["group"]
        doubtful = index.unknown_groups if self.directory else 0
        sure = {side: masks.get(side, 0) for side in self.sides}
        maybe = {side: sure[side] | (doubtful if side in self.directory else 0) for side in self.sides}
        own, perhaps = self._own(index)
        definite = self._across(own, sure) & ~self._among(perhaps | own, maybe)
        return Truth(definite, definite | (self._across(own | perhaps, maybe) & ~self._among(own, sure)))

    def seen(self, index: FactsIndex) -> str:
        """Return the sides of the sender and of each recipient."""
        masks = index.masks["group"]
        own = ", ".join(s for s in self.sides if s in index.sender_groups) or "no side"
        lines = [f"{r.key}: {self._sides_of(position, masks)}" for position, r in enumerate(index.facts.recipients)]
        unknown = "; directory unknown for some" if self.directory and (index.unknown_groups or index.facts.sender_groups is None) else ""
        return "; ".join([f"sender: {own}", *lines]) + unknown

    def _own(self, index: FactsIndex) -> tuple[frozenset[str], frozenset[str]]:
        """Return the sides on which the sender stands, and those on which he may."""
        own = index.sender_groups & frozenset(self.sides)
        return own, (self.directory - own if index.facts.sender_groups is None else frozenset())

    def _sides_of(self, position: int, masks: Mapping[str, int]) -> str:
        return ", ".join(s for s in self.sides if masks.get(s, 0) >> position & 1) or "no side"

    def _across(self, own: frozenset[str], masks: dict[str, int]) -> int:
        """Return who stands on another side than one of these."""
        mask = 0
        for side in own:
            for other in self.sides:
                mask |= masks[other] if other != side else 0
        return mask

    def _among(self, own: frozenset[str], masks: dict[str, int]) -> int:
        mask = 0
        for side in own:
            mask |= masks[side]
        return mask


class Unmeasured(StrEnum):
    """The facts of which policy can ask whether they are known."""

    RECIPIENT_GROUP = "recipient.group"
    RECIPIENT_CONSENT = "recipient.consent"
    RECIPIENT_REQUEST = "recipient.unencrypted_request"
    SENDER_GROUP = "sender.group"
    SENDER_ROLE = "sender.role"
    SENDER_IDENTITY = "sender.identity"
    SENDER_POSTURE = "sender.posture"
    SENDER_SESSION_AGE = "sender.session_age"
    SENDER_OFFLINE = "sender.offline"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact could not be measured."""

    fact: Unmeasured

    cost: ClassVar[int] = 0

    @property
    def per_recipient(self) -> bool:
        """Return whether the fact is one of each recipient."""
        return self.fact.startswith("recipient.")

    def truth(self, index: FactsIndex) -> Truth:
        """Return for whom the fact is unknown."""
        if self.per_recipient:
            mask = index.unknown.get(self.fact.removeprefix("recipient."), 0)
            return Truth(mask, mask)
        return index.certain(holds=_missing(index.facts, self.fact))

    def seen(self, index: FactsIndex) -> str:
        """Return for whom the fact is unknown."""
        truth = self.truth(index)
        names = list(self._names(index, truth.definite))
        return f"unknown for {', '.join(names)}" if names else "known"

    def _names(self, index: FactsIndex, mask: int) -> Iterator[str]:
        yield from (r.key for i, r in enumerate(index.facts.recipients) if mask >> i & 1)


def _missing(facts: Facts, fact: Unmeasured) -> bool:
    match fact:
        case Unmeasured.SENDER_GROUP:
            return facts.sender_groups is None
        case Unmeasured.SENDER_SESSION_AGE:
            return facts.state.session is None
        case Unmeasured.SCORE:
            return not math.isfinite(facts.score)
        case _:
            return _circumstance(facts, Circumstance(fact.removeprefix("sender."))) is None
