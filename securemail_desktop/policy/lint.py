"""What in a valid policy is probably not meant: rules that can never act, locks without a value, patterns that find everything.

A finding is a `Problem` with its place, like the loader's errors.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from securemail_desktop.policy.conditions import Condition, PatternList
from securemail_desktop.policy.decision import RuleMode
from securemail_desktop.policy.document import Rule
from securemail_desktop.policy.errors import Problem
from securemail_desktop.policy.folder import PolicyFolder, read_folder
from securemail_desktop.policy.load import policy_of
from securemail_desktop.policy.merge import SETTINGS
from securemail_desktop.policy.pattern import compile_pattern, searchable
from securemail_desktop.policy.references import group_names
from securemail_desktop.policy.source import Source

Check = Callable[[Rule, datetime], Iterator[str]]

# Facts whose provider comes later: a rule that enforces on them would hold everything.
_UNMEASURED_OF_SENDERS = frozenset({"role", "identity", "posture", "session_age", "offline"})
_UNMEASURED_OF_RECIPIENTS = frozenset({"consent", "unencrypted_request"})
_UNMEASURED_MEANS = frozenset({"wkd"})


def lint(folder: Path, now: datetime) -> tuple[Problem, ...]:
    """Return what is probably not meant, in the order of files and lines; raise `PolicyError` where the policy cannot be used."""
    return lint_read(read_folder(folder), now)


def lint_read(read: PolicyFolder, now: datetime) -> tuple[Problem, ...]:
    """Return what `lint` does, of a folder that was read; raise `PolicyError`."""
    policy_of(read)
    found = [*_rules(read, now), *_unreachable(read), *_locks(read), *_unused_groups(read)]
    return tuple(sorted(found))


def _rules(read: PolicyFolder, now: datetime) -> Iterator[Problem]:
    for source, number, rule in read.rules():
        for check in (_no_conditions, _expired, _greedy, _silent_block, _never_known):
            for text in check(rule, now):
                yield source.problem(("rules", number, "id"), f"rule '{rule.id}': {text}")


def _no_conditions(rule: Rule, _now: datetime) -> Iterator[str]:
    if not rule.when.model_fields_set:
        yield "it has no condition and so holds for every message; if that is meant, write 'size: {at_least: 0}'"


def _expired(rule: Rule, now: datetime) -> Iterator[str]:
    if rule.ends and _day(rule.ends) < now.astimezone(UTC).date():
        yield f"it ended on {_day(rule.ends)}; remove it or give it a new end"


def _greedy(rule: Rule, _now: datetime) -> Iterator[str]:
    for patterns in _patterns(rule):
        for source in patterns.match:
            if compile_pattern(source).count(searchable(""), 1):
                yield f"the pattern '{source}' also finds nothing at all, so it holds for every text"


def _silent_block(rule: Rule, _now: datetime) -> Iterator[str]:
    then = rule.then
    if (then.block is True or then.hold or then.justify) and not rule.text:
        yield "it stops the author and has no text for him; add 'text'"


def _never_known(rule: Rule, _now: datetime) -> Iterator[str]:
    if rule.mode is RuleMode.ENFORCE:
        for condition in (c for part in (rule.when, rule.unless) if part for c in _within(part)):
            for fact in _unmeasured(condition):
                yield f"no part of this version measures {fact}, so it is open for every message; write 'mode: simulate' until then"


def _unmeasured(condition: Condition) -> Iterator[str]:
    sender = condition.sender.model_fields_set if condition.sender else set()
    yield from (f"sender.{word}" for word in sorted(sender & _UNMEASURED_OF_SENDERS))
    for test in (condition.recipient, condition.any_recipient, condition.every_recipient, condition.only_recipient):
        if test:
            yield from (f"recipient.{word}" for word in sorted(test.model_fields_set & _UNMEASURED_OF_RECIPIENTS))
            yield from (f"the capability {means}" for means in test.capability or () if means in _UNMEASURED_MEANS)


def _patterns(rule: Rule) -> Iterator[PatternList]:
    for condition in (rule.when, rule.unless):
        if condition:
            yield from (c.pattern for c in _within(condition) if c.pattern)


def _within(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*(condition.all or ()), *(condition.any or ()), *((condition.not_,) if condition.not_ else ())):
        yield from _within(part)


def _unreachable(read: PolicyFolder) -> Iterator[Problem]:
    """Find rules behind one that stops everything, and rules whose exception is their condition."""
    stops = [r.priority for _, _, r in read.rules() if r.then.stop and r.mode == "enforce" and not _conditional(r)]
    for source, number, rule in read.rules():
        place = ("rules", number, "id")
        if any(rule.priority < priority for priority in stops):
            yield source.problem(place, f"rule '{rule.id}': it is never reached, a rule of a higher priority stops every message")
        if rule.unless is not None and rule.unless == rule.when:
            yield source.problem(place, f"rule '{rule.id}': it never holds, its exception is its condition")


def _conditional(rule: Rule) -> bool:
    return bool(rule.when.model_fields_set or rule.unless or rule.starts or rule.ends)


def _locks(read: PolicyFolder) -> Iterator[Problem]:
    source = read.files[0][0]
    for number, key in enumerate(read.document.locked):
        if key in SETTINGS and key not in read.document.model_fields_set:
            yield source.problem(("locked", number), f"'{key}' is locked and has no value here; give it one")


def _unused_groups(read: PolicyFolder) -> Iterator[Problem]:
    used = {name for _, _, rule in read.rules() for c in (rule.when, rule.unless) if c for _, name in group_names(c, ())}
    used |= {name for _, fragment in read.files for sides in fragment.walls.values() for name in sides}
    for source, name in _defined(read):
        if name not in used:
            yield source.problem(("groups", name), f"the group '{name}' is used by no rule", at_name=True)


def _defined(read: PolicyFolder) -> Iterator[tuple[Source, str]]:
    for source, fragment in read.files:
        yield from ((source, name) for name in fragment.groups)


def _day(moment: datetime | date) -> date:
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
