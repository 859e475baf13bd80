"""Outcomes of rules to a decision: for each recipient the most restrictive of everything that was asked.

- The least level is the highest of those asked.
- A method must be accepted by every rule that names methods; the list of the rule of the highest rank gives the order. A list that ends in
  `clear` is a wish, not a restriction.
- Where the rules leave no method, the requirement is empty and the copy waits for a person.
- Within the organisation its own transport is the first choice, and clear is a choice unless a rule asks for more.
- What answers or forwards a protected message starts as patient data does, and never in clear: its text may say the same.
- Patient data to the outside starts from the policy's `patient_data.outside`, which no rule can lower; consumer domains never count as TLS.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from securemail_desktop.encryption.method import LEVELS, Level, Method, Requirement
from securemail_desktop.policy.combine import DEMANDS, EVERY_METHOD, Applied, Combined, combine_by_mask, join
from securemail_desktop.policy.compile import CompiledRule, Effect, Ruleset
from securemail_desktop.policy.decision import Block, Change, ChangeKind, Decision, Demand, Match, PolicyId, RecipientDecision, RuleMode
from securemail_desktop.policy.facts import Facts, RecipientFacts
from securemail_desktop.policy.index import FactsIndex
from securemail_desktop.policy.matching import Outcome, Status

PATIENT_DATA = "patient-data"
"""The name under which the policy's `patient_data` section appears among the rules."""

ANSWERS_PROTECTED = "answers-protected"
"""The name of the floor for what answers or forwards a protected message."""

_STRONGEST = (Method.SMIME, Method.OPENPGP, Method.PORTAL)


@dataclass(frozen=True, slots=True)
class Start:
    """What holds for a recipient before any rule: the methods accepted, the least level, and the order when nothing more is asked."""

    accepted: frozenset[Method]
    minimum: Level
    unasked: tuple[Method, ...]
    order: tuple[Method, ...]


def resolve(policy: PolicyId, ruleset: Ruleset, index: FactsIndex, outcomes: Sequence[Outcome]) -> Decision:
    """Return the decision."""
    applied = [a for n, o in enumerate(outcomes) if o.rule.mode is RuleMode.ENFORCE for a in _applied(o, n)]
    changes = tuple(dict.fromkeys(c for a in applied if a.effect.changes or a.effect.strip for c in _changes(a, index.facts)))
    return Decision(
        policy,
        tuple(_recipients(ruleset, index, applied)),
        tuple(_demands(applied, index, one_answer=ruleset.winner_overrides_others)),
        tuple(Block(a.rule.id, a.text, _keys(a.rule, a.mask, index)) for a in applied if a.effect.block),
        tuple(_matches(outcomes, index)),
        tuple(dict.fromkeys([*_tips(outcomes), *(c.told for c in changes if c.told)])),
        max((a.effect.hold for a in applied), default=timedelta(0)),
        changes,
        ruleset.all_or_none,
    )


def _applied(outcome: Outcome, rank: int) -> Iterable[Applied]:
    rule = outcome.rule
    if outcome.matched:
        yield Applied(rank, rule, rule.effect, outcome.matched, rule.text)
    if outcome.undecided and rule.effect.restricts:
        reason = f"It could not be found out whether the rule '{rule.title}' applies."
        yield Applied(rank, rule, _on_error(rule.on_error), outcome.undecided, reason)


def _changes(applied: Applied, facts: Facts) -> Iterable[Change]:
    """Return what a rule changes: in the whole message, whoever it holds for."""
    yield from (Change(applied.rule.id, kind, values) for kind, values in applied.effect.changes)
    strip = applied.effect.strip
    numbers = tuple(n for n, a in enumerate(facts.attachments) if strip and strip.holds(a))
    if numbers:
        yield Change(applied.rule.id, ChangeKind.STRIP_ATTACHMENT, attachments=numbers)


def _on_error(word: str) -> Effect:
    if word == "block":
        return Effect(block=True)
    return Effect(order=_STRONGEST, minimum=Level.MESSAGE) if word == "strongest" else Effect(nothing=True)


def _recipients(ruleset: Ruleset, index: FactsIndex, applied: Sequence[Applied]) -> Iterable[RecipientDecision]:
    """Decide once for all recipients who start alike and are met by the same rules."""
    decided: dict[tuple[bool, bool, tuple[int, ...]], RecipientDecision] = {}
    floors, parts = _floors(index.facts), combine_by_mask(applied)
    for position, facts in enumerate(index.facts.recipients):
        masks = tuple(mask for mask in parts if mask >> position & 1)
        key = (facts.inside, facts.domain in ruleset.lists.webmail, masks)
        if key not in decided:
            decided[key] = _recipient(_start(ruleset, facts, floors), facts, join([parts[mask] for mask in masks]), floors)
        yield replace(decided[key], recipient=facts.key)


def _floors(facts: Facts) -> tuple[str, ...]:
    """Return the names of what protects the message before any rule does."""
    return tuple(name for name, holds in ((PATIENT_DATA, facts.phi), (ANSWERS_PROTECTED, facts.answers_protected)) if holds)


def _recipient(start: Start, facts: RecipientFacts, asked: Combined, floors: tuple[str, ...]) -> RecipientDecision:
    requirement = _requirement(start, asked)
    names = tuple(dict.fromkeys([*floors, *asked.rules]))
    return RecipientDecision(facts.key, requirement, names, _text(requirement, facts, asked, floors))


def _start(ruleset: Ruleset, facts: RecipientFacts, floors: tuple[str, ...]) -> Start:
    order = (Method.TLS, *_STRONGEST) if facts.inside else ruleset.outside_order
    accepted = EVERY_METHOD
    if facts.domain in ruleset.lists.webmail and not facts.inside:
        accepted -= {Method.TLS}
    if not floors:
        return Start(accepted, Level.CLEAR, (Method.CLEAR,), order)
    least = Level.TRANSPORT if ANSWERS_PROTECTED in floors else Level.CLEAR
    if facts.inside:
        return Start(accepted, max(least, ruleset.inside_minimum), (Method.TLS, Method.CLEAR), order)
    return Start(accepted & frozenset(order), max(least, ruleset.outside_minimum), (), order)


def _requirement(start: Start, asked: Combined) -> Requirement:
    if asked.nothing:
        return Requirement((), Level.MESSAGE)
    minimum = max(start.minimum, asked.minimum)
    accepted = {m for m in start.accepted & asked.accepted if LEVELS[m] >= minimum} - asked.forbid
    if Method.TLS in start.unasked and Method.TLS not in accepted:
        accepted.discard(Method.CLEAR)  # where not even the own transport will do, nothing weaker does
    rest = start.unasked if Method.CLEAR in accepted else start.order
    order = tuple(m for m in dict.fromkeys([*(m for m in asked.wished if m is not Method.CLEAR), *rest]) if m in accepted)
    return Requirement(order, minimum if Method.CLEAR in order else max(minimum, Level.TRANSPORT))


def _text(requirement: Requirement, facts: RecipientFacts, asked: Combined, floors: tuple[str, ...]) -> str:
    if not requirement.order and not asked.nothing and not asked.block:
        return "No way of sending satisfies every rule; the message waits for a person."
    if asked.ranked:
        return asked.text
    if not floors:
        return "No patient data was found and no rule asks for protection."
    if PATIENT_DATA not in floors:
        return "The message that this one answers or forwards came protected, so this one goes protected too."
    return "Patient data stays within the organisation." if facts.inside else "Patient data leaves the organisation only protected."


def _demands(applied: Sequence[Applied], index: FactsIndex, *, one_answer: bool) -> Iterable[Demand]:
    asked = [
        (Demand(a.rule.id, a.effect.demand[0], a.text, _keys(a.rule, a.mask, index), a.effect.demand[1]), a.mask)
        for a in applied
        if a.effect.demand
    ]
    ranked = sorted(asked, key=lambda pair: -DEMANDS.index(pair[0].kind))
    covered = 0
    for demand, mask in ranked:
        if not one_answer or mask & ~covered:
            yield demand
        covered |= mask


def _matches(outcomes: Sequence[Outcome], index: FactsIndex) -> Iterable[Match]:
    for floor in _floors(index.facts):
        yield Match(floor, RuleMode.ENFORCE)
    for o in outcomes:
        if o.status is Status.MATCHED:
            yield Match(o.rule.id, o.rule.mode, _keys(o.rule, o.matched, index), o.rule.effect.severity)
        if o.undecided:
            yield Match(o.rule.id, o.rule.mode, _keys(o.rule, o.undecided, index), o.rule.effect.severity, undecided=True)


def _tips(outcomes: Sequence[Outcome]) -> Iterable[str]:
    for o in outcomes:
        shown = o.rule.mode is RuleMode.SIMULATE_WITH_TIP or (o.rule.mode is RuleMode.ENFORCE and o.rule.effect.tip)
        if o.matched and shown:
            yield o.rule.tip


def _keys(rule: CompiledRule, mask: int, index: FactsIndex) -> tuple[str, ...]:
    if not rule.per_recipient and mask == index.everyone:
        return ()
    return index.keys(mask)
