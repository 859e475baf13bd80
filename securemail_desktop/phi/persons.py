"""One person, named more than once: a name that is a patient's in one place is his in the other places too, and so with providers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole, by_field
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.word import Word

_AGAIN = 0.7
_JOINT = re.compile(r" ?(?:[,/&;] ?(?:(?:and|&|or) )?|(?:and|&|or) )")  # within a line: what follows a greeting begins anew


@dataclass(frozen=True, slots=True)
class Mentions:
    """The words of the names of one role; `full` those of names with several words, which may stand alone elsewhere."""

    every: frozenset[str]
    full: frozenset[str]


def same_persons(pages: Sequence[Page], findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with roles settled by other mentions, and with the mentions that only the other ones tell to be names."""
    texts = {page.field: page.text for page in pages}
    names = [(f, _words(texts[f.field][f.start : f.end])) for f in findings if f.type is IdentifierType.NAME]
    patients, providers = _mentions(names, {PersonRole.PATIENT}), _mentions(names, {PersonRole.PROVIDER})
    known = {id(f): words for f, words in names}
    only_providers = providers.every - patients.every
    settled = [_settled(f, known.get(id(f), frozenset()), patients.every, only_providers) for f in findings]
    settled = _listed(settled, texts)
    full = _mentions(names, {PersonRole.PATIENT, PersonRole.UNKNOWN}).full - providers.every
    found, order = by_field(settled), {field: number for number, field in enumerate(texts)}
    spelt = full | {f"{name}'s" for name in full}
    again = [finding for page in pages for finding in _again(page, found.get(page.field, ()), spelt, patients.every)] if full else []
    return sorted([*settled, *again], key=lambda f: (order[f.field], f.start))


def _mentions(names: Sequence[tuple[Finding, frozenset[str]]], roles: set[PersonRole]) -> Mentions:
    chosen = [words for finding, words in names if finding.role in roles]
    return Mentions(frozenset().union(*chosen), frozenset().union(*(words for words in chosen if len(words) > 1)))


def _settled(finding: Finding, words: frozenset[str], patients: frozenset[str], providers: frozenset[str]) -> Finding:
    if finding.role is not PersonRole.UNKNOWN or not words:
        return finding
    if words <= patients:
        return replace(finding, role=PersonRole.PATIENT, evidence="a patient's name that stands elsewhere too")
    if words <= providers:
        return replace(finding, role=PersonRole.PROVIDER, evidence="a provider's name that stands elsewhere too")
    return finding


def _listed(findings: Sequence[Finding], texts: Mapping[str, str]) -> list[Finding]:
    """Return the findings with a provider's role passed along lists: "Drs. Lund, Voss and Okeke"."""
    found: list[Finding] = []
    for finding in findings:
        follows = bool(found) and _follows(found[-1], finding, texts)
        found.append(replace(finding, role=PersonRole.PROVIDER, evidence="a name in a list of providers") if follows else finding)
    return found


def _follows(before: Finding, finding: Finding, texts: Mapping[str, str]) -> bool:
    if before.role is not PersonRole.PROVIDER or finding.role is not PersonRole.UNKNOWN or before.field != finding.field:
        return False
    names = before.type is finding.type is IdentifierType.NAME
    return names and _JOINT.fullmatch(texts[finding.field], before.end, finding.start) is not None


def _again(page: Page, findings: Sequence[Finding], spelt: frozenset[str], patients: frozenset[str]) -> list[Finding]:
    """Return the capitalised words of the page that are spelt as a part of a full name found elsewhere, and none of its findings yet."""
    taken = [(f.start, f.end) for f in findings]
    place, found = 0, []
    for word in (word for word in page.words if word.lower in spelt):
        while place < len(taken) and taken[place][1] <= word.start:
            place += 1
        free = place == len(taken) or taken[place][0] >= word.end
        if free and word.text[0].isupper():
            found.append(_mention(page, word, PersonRole.PATIENT if _bare(word) in patients else PersonRole.UNKNOWN))
    return found


def _mention(page: Page, word: Word, role: PersonRole) -> Finding:
    evidence = "a part of a name that stands elsewhere in full"
    return Finding(page.field, word.start, word.start + len(_bare(word)), IdentifierType.NAME, role, "persons", _AGAIN, evidence)


def _bare(word: Word) -> str:
    return word.lower.removesuffix("'s")


def _words(name: str) -> frozenset[str]:
    parts = name.lower().replace(",", " ").replace("^", " ").replace("*", " ").split()
    return frozenset(part for part in parts if len(part) > 2)
