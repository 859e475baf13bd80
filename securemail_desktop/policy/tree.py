"""A condition as a tree over numbered predicates, answered in three values: yes, no, unknown (Kleene), for all recipients at a time.

The answer is a pair of bitmasks (certainly, possibly). `Answers` asks each predicate at most once a message; one that fails is unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from securemail_desktop.policy.index import FactsIndex, Truth
from securemail_desktop.policy.predicates import Predicate


class Answers:
    """The predicates of a policy and what they answered for one message."""

    __slots__ = ("_known", "_predicates", "index")

    def __init__(self, predicates: Sequence[Predicate], index: FactsIndex) -> None:
        """Start with nothing asked."""
        self.index = index
        self._predicates = predicates
        self._known: list[Truth | None] = [None] * len(predicates)

    def __getitem__(self, number: int) -> Truth:
        """Return what the predicate answers."""
        known = self._known[number]
        if known is None:
            known = self._known[number] = self._ask(self._predicates[number])
        return known

    def seen(self, number: int) -> str:
        """Return the value that the predicate saw."""
        try:
            return self._predicates[number].seen(self.index)
        except Exception as error:  # noqa: BLE001 - as in _ask
            return f"could not be measured ({type(error).__name__})"

    def _ask(self, predicate: Predicate) -> Truth:
        try:
            return predicate.truth(self.index)
        except Exception:  # noqa: BLE001 - policy fails closed: whatever goes wrong in one question, its answer is unknown
            return self.index.nobody_knows


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question: its number, and the words in which the policy asks it. `cost` and `per_recipient` are the predicate's."""

    number: int
    wanted: str
    cost: int
    per_recipient: bool

    def truth(self, answers: Answers) -> Truth:
        """Ask."""
        return answers[self.number]

    def leaves(self) -> "Iterator[Leaf]":
        """Return itself."""
        yield self


class Join(StrEnum):
    """How the parts of a branch make one answer. The last three ask the message: how many recipients fulfil the part."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    ANY_RECIPIENT = "any_recipient"
    EVERY_RECIPIENT = "every_recipient"
    ONLY_RECIPIENT = "only_recipient"


@dataclass(frozen=True, slots=True)
class Branch:
    """Conditions joined to one. `parts` stand in the order of the policy, `ordered` in the order of asking, with `all` within `all` dissolved."""

    join: Join
    parts: "tuple[Leaf | Branch, ...]"
    ordered: "tuple[Leaf | Branch, ...]"
    cost: int
    per_recipient: bool

    def truth(self, answers: Answers) -> Truth:
        """Return for which recipients it holds."""
        match self.join:
            case Join.ALL:
                return self._all(answers)
            case Join.ANY:
                return self._any(answers)
            case Join.NOT:
                inner, everyone = self.parts[0].truth(answers), answers.index.everyone
                return Truth(everyone & ~inner.possible, everyone & ~inner.definite)
            case _:
                return self._counted(answers)

    def leaves(self) -> Iterator[Leaf]:
        """Return the questions of all parts, in the order of the policy."""
        for part in self.parts:
            yield from part.leaves()

    def _all(self, answers: Answers) -> Truth:
        definite = possible = answers.index.everyone
        for part in self.ordered:
            truth = part.truth(answers)
            definite &= truth.definite
            possible &= truth.possible
            if not possible:
                break
        return Truth(definite, possible)

    def _any(self, answers: Answers) -> Truth:
        definite = possible = 0
        for part in self.ordered:
            truth = part.truth(answers)
            definite |= truth.definite
            possible |= truth.possible
            if definite == answers.index.everyone:
                break
        return Truth(definite, possible)

    def _counted(self, answers: Answers) -> Truth:
        inner, everyone = self.parts[0].truth(answers), answers.index.everyone
        total = len(answers.index.facts.recipients)
        low, high = (inner.definite.bit_count(), inner.possible.bit_count()) if total else (0, 0)
        definite, possible = _enough(self.join, low, high, total)
        return Truth(everyone if definite else 0, everyone if possible else 0)


Node = Leaf | Branch


def needs(node: Node) -> tuple[int, ...]:
    """Return the questions without which the condition cannot hold, the cheap ones only and first."""
    parts = node.ordered if isinstance(node, Branch) and node.join is Join.ALL else (node,)
    return tuple(dict.fromkeys(part.number for part in parts if isinstance(part, Leaf) and part.cost < 2))


def branch(join: Join, parts: Sequence[Node]) -> Node:
    """Join conditions; a single one needs no joining by `all` or `any`."""
    if len(parts) == 1 and join in {Join.ALL, Join.ANY}:
        return parts[0]
    cost = max((p.cost for p in parts), default=0)
    scoped = join in {Join.ALL, Join.ANY, Join.NOT} and any(p.per_recipient for p in parts)
    flat = [inner for part in parts for inner in _dissolved(join, part)]
    return Branch(join, tuple(parts), tuple(sorted(flat, key=lambda p: p.cost)), cost, scoped)


def _dissolved(join: Join, part: Node) -> tuple[Node, ...]:
    return part.ordered if isinstance(part, Branch) and part.join is join is Join.ALL else (part,)


def _enough(join: Join, low: int, high: int, total: int) -> tuple[bool, bool]:
    if join is Join.ANY_RECIPIENT:
        return low > 0, high > 0
    if join is Join.EVERY_RECIPIENT:
        return low == total > 0, high == total > 0
    return low == high == 1, low <= 1 <= high
