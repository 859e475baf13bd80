"""The names that rules refer to - groups, locked keys - and whether they exist. A name that nothing defines is an error, never an empty set."""

from collections.abc import Iterator, Sequence

from securemail_desktop.policy.conditions import Condition, RecipientTest, SenderTest
from securemail_desktop.policy.document import Rule
from securemail_desktop.policy.errors import Problem
from securemail_desktop.policy.folder import PolicyFolder
from securemail_desktop.policy.merge import Merged, lockable
from securemail_desktop.policy.source import Path, Source
from securemail_desktop.policy.validate import nearest

_ABOUT_RECIPIENTS = ("recipient", "any_recipient", "every_recipient", "only_recipient")


def dangling(folders: Sequence[PolicyFolder], merged: Merged) -> Iterator[Problem]:
    """Return a problem for each name that nothing defines."""
    known = {*merged.settings.groups, *merged.settings.directory_groups}
    for folder in folders:
        yield from _unknown_groups(folder, known)
        yield from _unknown_walls(folder, set(merged.settings.walls))
    locks = set(lockable([f.document for f in folders]))
    for folder in folders:
        source = folder.files[0][0]
        for number, key in enumerate(folder.document.locked):
            if key not in locks:
                yield source.problem(("locked", number), f"unknown key '{key}'{nearest(key, locks)}")


def group_names(condition: Condition, path: Path) -> Iterator[tuple[Path, str]]:
    """Return each group that a condition asks for, with its place."""
    for place, part in conditions_within(condition, path):
        tests: list[tuple[str, RecipientTest | SenderTest | None]] = [(w, getattr(part, w)) for w in (*_ABOUT_RECIPIENTS, "sender")]
        for word, test in tests:
            yield from (((*place, word, "group", n), name) for n, name in enumerate((test.group if test else None) or ()))


def conditions_within(condition: Condition, path: Path) -> Iterator[tuple[Path, Condition]]:
    """Return a condition and all that nest in it, with their places."""
    yield path, condition
    for word, parts in (("all", condition.all or ()), ("any", condition.any or ())):
        for number, part in enumerate(parts):
            yield from conditions_within(part, (*path, word, number))
    if condition.not_:
        yield from conditions_within(condition.not_, (*path, "not"))


def rule_conditions(folder: PolicyFolder) -> Iterator[tuple[Source, Path, Condition]]:
    """Return all conditions of all rules, with their places."""
    for source, number, rule in folder.rules():
        for word, condition in (("when", rule.when), ("unless", rule.unless)):
            if condition:
                yield from ((source, path, part) for path, part in conditions_within(condition, ("rules", number, word)))


def _unknown_groups(folder: PolicyFolder, known: set[str]) -> Iterator[Problem]:
    asked = [(source, path, name) for source, number, rule in folder.rules() for path, name in _groups_of(rule, number)]
    for source, fragment in folder.files:
        asked += [(source, ("walls", wall, n), name) for wall, sides in fragment.walls.items() for n, name in enumerate(sides)]
    for source, path, name in asked:
        if name not in known:
            yield source.problem(path, f"unknown group '{name}'{nearest(name, known)}")


def _groups_of(rule: Rule, number: int) -> Iterator[tuple[Path, str]]:
    yield from group_names(rule.when, ("rules", number, "when"))
    if rule.unless:
        yield from group_names(rule.unless, ("rules", number, "unless"))


def _unknown_walls(folder: PolicyFolder, known: set[str]) -> Iterator[Problem]:
    for source, path, condition in rule_conditions(folder):
        for word in _ABOUT_RECIPIENTS:
            test: RecipientTest | None = getattr(condition, word)
            if test and test.wall and test.wall not in known:
                yield source.problem((*path, word, "wall"), f"unknown wall '{test.wall}'{nearest(test.wall, known)}")
