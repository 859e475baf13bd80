"""The names that rules refer to - groups, locked keys - and whether they exist. A name that nothing defines is an error, never an empty set."""

from collections.abc import Iterator, Sequence

from securemail_desktop.policy.conditions import Condition, RecipientTest, SenderTest
from securemail_desktop.policy.errors import Problem
from securemail_desktop.policy.folder import PolicyFolder
from securemail_desktop.policy.merge import Merged, lockable
from securemail_desktop.policy.source import Path
from securemail_desktop.policy.validate import nearest


def dangling(folders: Sequence[PolicyFolder], merged: Merged) -> Iterator[Problem]:
    """Return a problem for each name that nothing defines."""
    known = {*merged.settings.groups, *merged.settings.directory_groups}
    for folder in folders:
        yield from _unknown_groups(folder, known)
    locks = set(lockable([f.document for f in folders]))
    for folder in folders:
        source = folder.files[0][0]
        for number, key in enumerate(folder.document.locked):
            if key not in locks:
                yield source.problem(("locked", number), f"unknown key '{key}'{nearest(key, locks)}")


def group_names(condition: Condition, path: Path) -> Iterator[tuple[Path, str]]:
    """Return each group that a condition asks for, with its place."""
    tests: list[tuple[str, RecipientTest | SenderTest | None]] = [
        ("recipient", condition.recipient),
        ("any_recipient", condition.any_recipient),
        ("every_recipient", condition.every_recipient),
        ("only_recipient", condition.only_recipient),
        ("sender", condition.sender),
    ]
    for word, test in tests:
        yield from (((*path, word, "group", n), name) for n, name in enumerate((test.group if test else None) or ()))
    for word, parts in (("all", condition.all or ()), ("any", condition.any or ())):
        for number, part in enumerate(parts):
            yield from group_names(part, (*path, word, number))
    if condition.not_:
        yield from group_names(condition.not_, (*path, "not"))


def _unknown_groups(folder: PolicyFolder, known: set[str]) -> Iterator[Problem]:
    for source, number, rule in folder.rules():
        asked = list(group_names(rule.when, ("rules", number, "when")))
        asked += group_names(rule.unless, ("rules", number, "unless")) if rule.unless else ()
        for path, name in asked:
            if name not in known:
                yield source.problem(path, f"unknown group '{name}'{nearest(name, known)}")
