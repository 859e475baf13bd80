"""Rules against the facts of one message: which rule holds for which recipients, for which it could not be decided, and what became of it.

Rules are asked in their rank. `stop` takes the matched recipients out of the later rules of the same layer, never out of another layer's;
rules of the same priority do not stop each other, so that their order does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from securemail_desktop.policy.compile import CompiledRule, Ruleset
from securemail_desktop.policy.decision import RuleMode
from securemail_desktop.policy.tree import Answers


class Status(StrEnum):
    """What became of a rule."""

    MATCHED = "matched"
    UNDECIDED = "undecided"
    NOT_MATCHED = "not matched"
    STOPPED = "stopped by an earlier rule"
    OFF = "off"
    NOT_YET = "not yet active"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule, the mask of the recipients for which it holds, and the mask of those for which an unknown fact leaves it open."""

    rule: CompiledRule
    status: Status
    matched: int = 0
    undecided: int = 0


def match_rules(rules: Sequence[CompiledRule], answers: Answers) -> Iterator[Outcome]:
    """Return each rule's outcome, in the rank of the rules."""
    yield from _matched(rules, answers, _outcome)


def acting_rules(ruleset: Ruleset, answers: Answers) -> Iterator[Outcome]:
    """Return the outcomes of the rules that hold, or may hold, for somebody, in their rank."""
    yield from _matched(_possible(ruleset, answers), answers, _acting)


def _possible(ruleset: Ruleset, answers: Answers) -> Iterator[CompiledRule]:
    """Yield the rules that no needed question excludes: one answer ends all rules that ask it, and spares their other questions."""
    excluded = 0
    for number, needing in ruleset.needed_by:
        if needing & ~excluded and not answers[number].possible:
            excluded |= needing
    return (rule for position, rule in enumerate(ruleset.rules) if not excluded >> position & 1)


def _matched(
    rules: Iterable[CompiledRule], answers: Answers, ask: Callable[[CompiledRule, int, Answers], Outcome | None]
) -> Iterator[Outcome]:
    layer = priority = None
    active, stopped = answers.index.everyone, 0
    for rule in rules:
        if rule.layer != layer:
            layer, priority, active, stopped = rule.layer, rule.priority, answers.index.everyone, 0
        elif rule.priority != priority:
            priority, active = rule.priority, active & ~stopped
        outcome = ask(rule, active, answers)
        if outcome is not None:
            stopped |= outcome.matched if rule.effect.stop and rule.mode is RuleMode.ENFORCE else 0
            yield outcome


def _acting(rule: CompiledRule, active: int, answers: Answers) -> Outcome | None:
    """Return the outcome of a rule that holds or may hold."""
    if _resting(rule, answers.index.facts.now) or (rule.per_recipient and not answers.index.facts.recipients):
        return None
    truth = rule.condition.truth(answers)
    matched, possible = truth.definite & active, truth.possible & active
    return Outcome(rule, Status.MATCHED if matched else Status.UNDECIDED, matched, possible & ~matched) if possible else None


def _outcome(rule: CompiledRule, active: int, answers: Answers) -> Outcome:
    resting = _resting(rule, answers.index.facts.now)
    if resting:
        return Outcome(rule, resting)
    if rule.per_recipient and not answers.index.facts.recipients:
        return Outcome(rule, Status.NOT_MATCHED)
    truth = rule.condition.truth(answers)
    matched, undecided = truth.definite & active, truth.possible & ~truth.definite & active
    if matched or undecided:
        return Outcome(rule, Status.MATCHED if matched else Status.UNDECIDED, matched, undecided)
    return Outcome(rule, Status.STOPPED if truth.possible else Status.NOT_MATCHED)


def _resting(rule: CompiledRule, now: datetime) -> Status | None:
    if rule.mode is RuleMode.OFF:
        return Status.OFF
    if rule.starts and now < rule.starts:
        return Status.NOT_YET
    return Status.EXPIRED if rule.ends and now >= rule.ends else None
