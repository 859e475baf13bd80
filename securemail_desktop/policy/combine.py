"""What several rules ask of one recipient's copy, together: the most restrictive of each thing.

Rules that met the same recipients are joined once, whatever the number of recipients.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from securemail_desktop.encryption.method import Level, Method
from securemail_desktop.policy.compile import CompiledRule, Effect
from securemail_desktop.policy.decision import DemandKind

EVERY_METHOD = frozenset({Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL, Method.CLEAR})
NO_METHOD: frozenset[Method] = frozenset()
DEMANDS = tuple(DemandKind)
Severity = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule's effect on some recipients: what it does, or, where it could not be decided, what it does on error. `rank` is its place."""

    rank: int
    rule: CompiledRule
    effect: Effect
    mask: int
    text: str

    @property
    def severity(self) -> Severity:
        """Return what decides whose sentence the author reads: the most restrictive rule's, the earlier one of equals."""
        effect = self.effect
        strongest = DEMANDS.index(effect.demand[0]) + 1 if effect.demand else 0
        return (effect.block, effect.nothing, strongest, effect.minimum, bool(effect.order), self.rule.priority, -self.rank)


@dataclass(frozen=True, slots=True)
class Combined:
    """What rules ask together. `ranked` are (rank, id) of the rules that have a say, `orders` (rank, methods) of those that name methods."""

    minimum: Level = Level.CLEAR
    accepted: frozenset[Method] = EVERY_METHOD
    forbid: frozenset[Method] = frozenset()
    nothing: bool = False
    block: bool = False
    ranked: tuple[tuple[int, str], ...] = ()
    orders: tuple[tuple[int, tuple[Method, ...]], ...] = ()
    severity: Severity = ()
    text: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that have a say, in their rank."""
        return tuple(name for _, name in sorted(self.ranked))

    @property
    def wished(self) -> tuple[Method, ...]:
        """Return the methods named, the list of the rule of the highest rank first."""
        return tuple(dict.fromkeys(chain.from_iterable(order for _, order in sorted(self.orders))))


def combine_by_mask(applied: Iterable[Applied]) -> dict[int, Combined]:
    """Return what the rules that met the same recipients ask together, by the mask of the recipients."""
    groups: dict[int, list[Applied]] = defaultdict(list)
    for one in applied:
        if one.effect.speaks:
            groups[one.mask].append(one)
    return {mask: _together(group) for mask, group in groups.items()}


def join(parts: Sequence[Combined]) -> Combined:
    """Return what all parts ask together: in one pass, for each recipient has his own parts."""
    if len(parts) == 1:
        return parts[0]
    minimum, accepted, forbid, nothing, block, worst = Level.CLEAR, EVERY_METHOD, NO_METHOD, False, False, Combined()
    for part in parts:
        minimum = max(minimum, part.minimum)
        accepted &= part.accepted
        forbid |= part.forbid
        nothing |= part.nothing
        block |= part.block
        worst = part if part.severity > worst.severity else worst
    ranked = tuple(chain.from_iterable(p.ranked for p in parts))
    orders = tuple(chain.from_iterable(p.orders for p in parts))
    return Combined(minimum, accepted, forbid, nothing, block, ranked, orders, worst.severity, worst.text)


def _together(group: Sequence[Applied]) -> Combined:
    effects = [one.effect for one in group]
    worst = max(group, key=lambda one: one.severity)
    binding = {e.order for e in effects if e.order and Method.CLEAR not in e.order}
    orders: dict[tuple[Method, ...], int] = {}
    for one in group:
        if one.effect.order:
            orders.setdefault(one.effect.order, one.rank)
    return Combined(
        max(e.minimum for e in effects),
        EVERY_METHOD.intersection(*binding),
        frozenset().union(*{e.forbid for e in effects}),
        any(e.nothing for e in effects),
        any(e.block for e in effects),
        tuple((one.rank, one.rule.id) for one in group),
        tuple((rank, order) for order, rank in orders.items()),
        worst.severity,
        worst.text,
    )
