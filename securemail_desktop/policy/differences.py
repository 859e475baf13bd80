"""What differs between two policy folders, setting by setting and rule by rule; comments and the order of rules do not count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from securemail_desktop.policy.folder import PolicyFolder

_COMMENTS = frozenset({"comment", "schema"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: where (`rules.ID.then.justify`), and its value in both, None where it is not there."""

    path: str
    old: str | None
    new: str | None


def differences(old: PolicyFolder, new: PolicyFolder) -> tuple[Difference, ...]:
    """Return what differs, sorted by path; a rule that only one has is one difference."""
    before, after = dict(_values(old)), dict(_values(new))
    lone = set(_rules(old)) ^ set(_rules(new))
    found = [Difference(p, before.get(p), after.get(p)) for p in sorted({*before, *after}) if before.get(p) != after.get(p)]
    whole = [Difference(f"rules.{r}", _rules(old).get(r), _rules(new).get(r)) for r in lone]
    single = [d for d in found if not any(d.path.startswith(f"rules.{r}.") for r in lone)]
    return tuple(sorted([*single, *whole], key=lambda d: d.path))


def _rules(folder: PolicyFolder) -> dict[str, str]:
    return {rule.id: rule.title for _, _, rule in folder.rules()}


def _values(folder: PolicyFolder) -> Iterator[tuple[str, str]]:
    document = folder.document.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"rules"})
    yield from _flat("", document)
    for _, _, rule in folder.rules():
        yield from _flat(f"rules.{rule.id}", rule.model_dump(mode="json", by_alias=True, exclude_unset=True))


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            if key not in _COMMENTS:
                yield from _flat(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
        for number, inner in enumerate(value):
            yield from _flat(f"{path}[{number}]", inner)
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
