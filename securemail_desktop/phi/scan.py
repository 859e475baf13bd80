"""The one door to detection: (field, text) pairs in, a `Scan` out. Pure, offline, in time linear in the text."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from securemail_desktop.phi.context import decide
from securemail_desktop.phi.finding import Finding, HealthTerm, Scan
from securemail_desktop.phi.folded import Folded, fold, unfold_finding, unfold_term
from securemail_desktop.phi.greeting import judge_greetings
from securemail_desktop.phi.health import find_terms
from securemail_desktop.phi.identifiers import (
    accounts,
    addresses,
    ages,
    dates,
    devices,
    emails,
    health_plan,
    licenses,
    listed,
    media,
    mrn,
    names,
    national_ids,
    network,
    others,
    phones,
    records,
    ssn,
    tables,
    vehicles,
)
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.patient_list import NOBODY, PatientList
from securemail_desktop.phi.persons import same_persons
from securemail_desktop.phi.terms.vocabulary import vocabulary
from securemail_desktop.phi.word import BARE
from securemail_desktop.phi.writer import judge_writers

_MOST_REMEMBERED = 1_000_000  # code points: seven megabytes of memory for each hundred thousand
_MOST_NAMES = 20_000  # recipients of one message, and of another one; some twenty megabytes
_NAME = "recipient:"
_NOTHING = Scan(phi=False, score=0.0, findings=(), terms=())
DETECTORS: tuple[Callable[[Page], Iterator[Finding]], ...] = (
    records.find,
    tables.find,
    ssn.find,
    mrn.find,
    health_plan.find,
    national_ids.find,
    licenses.find,
    devices.find,
    vehicles.find,
    others.find,
    accounts.find,
    emails.find,
    network.find,
    phones.find,
    dates.find,
    addresses.find,
    ages.find,
    media.find,
    names.find,
)


def scan(fields: Sequence[tuple[str, str]], patients: PatientList = NOBODY) -> Scan:
    """Return what the fields of one message hold. A field's name is `subject`, `body`, `attachment:N` or `recipient:N`.

    `patients` are the organisation's own, where it gave this device their list.
    """
    folded = {field: fold(text) for field, text in fields}
    return _unfold(decide(*_read(folded, patients)), folded)


def read(fields: Sequence[tuple[str, str]]) -> tuple[list[Page], list[Finding], list[HealthTerm]]:
    """Return what a verdict is made of: the pages with their identifiers and health terms, in folded text."""
    return _read({field: fold(text) for field, text in fields}, NOBODY)


class Scanner:
    """Scans a message again and again while it is written: what its attachments hold is found once, what has not changed is not scanned again.

    Each answer is of the very texts that were asked for: they are compared as a whole. From any thread.
    """

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        """Remember attachments of at most so many code points together."""
        self._most = most
        self._memory = _Memory(NOBODY, most)

    def know(self, patients: PatientList) -> None:
        """Find these patients, too, from now on."""
        self._memory = _Memory(patients, self._most)  # a scan under way ends with the former list, and nothing of it is remembered

    def scan(self, fields: Sequence[tuple[str, str]]) -> Scan:
        """Return what `scan` returns; of a display name alone, where nothing is tied to a person, not who is named."""
        return self._memory.scan(fields)


class _Memory:
    """What was found with one patient list."""

    def __init__(self, patients: PatientList, most: int) -> None:
        self._patients, self._most = patients, most
        self._known: OrderedDict[tuple[str, str], _Found] = OrderedDict()
        self._written: dict[str, tuple[str, _Found]] = {}  # the last subject and body
        self._last: tuple[Sequence[tuple[str, str]], Scan] | None = None
        self._names: OrderedDict[str, Scan] = OrderedDict()  # by the display name alone: its number changes with every recipient who leaves
        self._lock = Lock()

    def scan(self, fields: Sequence[tuple[str, str]]) -> Scan:
        asked, last = tuple(fields), self._last
        if len(asked) == 1 and asked[0][0].startswith(_NAME):
            return self._scan_name(*asked[0])
        if last is not None and last[0] == asked:
            return last[1]
        found = self._scan(asked)
        if any(field == "body" for field, _ in asked):
            self._last = asked, found
        return found

    def _scan_name(self, field: str, name: str) -> Scan:
        """Return what a display name holds: each is asked for alone, all of a message at every key."""
        with self._lock:
            known = self._names.get(name)
        if known is not None:
            return _moved(known, field)
        text = fold(name)
        read = _read_name(field, text.text, self._patients)
        found = _unfold(decide(*_together([read])), {field: text}) if read else _NOTHING
        with self._lock:
            self._names[name] = found
            if len(self._names) > _MOST_NAMES:
                self._names.popitem(last=False)
        return found

    def _scan(self, fields: Sequence[tuple[str, str]]) -> Scan:
        folded = {field: fold(text) for field, text in fields}
        found = [self._find(field, text.text) for field, text in folded.items()]
        self._forget()
        return _unfold(decide(*_together(found)), folded)

    def _find(self, field: str, text: str) -> "_Found":
        if not field.startswith("attachment:"):
            return self._find_written(field, text)
        with self._lock:
            known = self._known.get((field, text))
        found = known or _read_field(field, text, self._patients)
        with self._lock:
            self._known[field, text] = found
            self._known.move_to_end((field, text))
        return found

    def _find_written(self, field: str, text: str) -> "_Found":
        known = self._written.get(field)
        if known is not None and known[0] == text:
            return known[1]
        found = _read_field(field, text, self._patients)
        if field in {"subject", "body"}:
            self._written[field] = text, found
        return found

    def _forget(self) -> None:
        with self._lock:
            left = sum(len(text) + 1 for _, text in self._known)
            while left > self._most:
                (_, text), _ = self._known.popitem(last=False)
                left -= len(text) + 1


@dataclass(frozen=True, slots=True)
class _Found:
    """What one field holds, before fields are compared."""

    page: Page
    findings: tuple[Finding, ...]
    terms: tuple[HealthTerm, ...]


def _read(folded: Mapping[str, Folded], patients: PatientList) -> tuple[list[Page], list[Finding], list[HealthTerm]]:
    return _together([_read_field(field, text.text, patients) for field, text in folded.items()])


def _read_field(field: str, text: str, patients: PatientList) -> _Found:
    page, terms = _cut(field, text)
    return _judged(page, terms, patients)


def _read_name(field: str, name: str, patients: PatientList) -> _Found | None:
    """Return what a display name holds; None where it holds nothing but names of persons, which by themselves tell nothing."""
    page, terms = _cut(field, name)
    worded = any(word.kind not in BARE for word in page.words)
    worth = worded or bool(terms) or any(True for _ in _all_but_names(page, patients))
    return _judged(page, terms, patients) if worth else None


def _cut(field: str, text: str) -> tuple[Page, list[HealthTerm]]:
    known = vocabulary()
    page = Page(field, text, known)
    return page, find_terms(page, known)


def _judged(page: Page, terms: Sequence[HealthTerm], patients: PatientList) -> _Found:
    return _Found(page, tuple(judge_writers(page, judge_greetings(page, _find(page, patients), terms), terms)), tuple(terms))


def _all_but_names(page: Page, patients: PatientList) -> Iterator[Finding]:
    for detector in DETECTORS:
        if detector is not names.find:
            yield from detector(page)
    yield from listed.find(page, patients) if patients else ()


def _together(found: Sequence[_Found]) -> tuple[list[Page], list[Finding], list[HealthTerm]]:
    pages = [one.page for one in found]
    return pages, same_persons(pages, [f for one in found for f in one.findings]), [t for one in found for t in one.terms]


def _unfold(found: Scan, folded: Mapping[str, Folded]) -> Scan:
    if not any(text.changed for text in folded.values()):
        return found
    return replace(
        found,
        findings=tuple(unfold_finding(f, folded[f.field]) for f in found.findings),
        terms=tuple(unfold_term(t, folded[t.field]) for t in found.terms),
        finding=found.finding and unfold_finding(found.finding, folded[found.finding.field]),
        term=found.term and unfold_term(found.term, folded[found.term.field]),
    )


def _moved(found: Scan, field: str) -> Scan:
    """Return what was found in the text of one field as found in another field with the same text."""
    return replace(
        found,
        findings=tuple(replace(f, field=field) for f in found.findings),
        terms=tuple(replace(t, field=field) for t in found.terms),
        finding=found.finding and replace(found.finding, field=field),
        term=found.term and replace(found.term, field=field),
    )


def _find(page: Page, patients: PatientList) -> list[Finding]:
    """Return one finding a span: of two that overlap, the surer one stays, of equals the longer one."""
    found = [finding for detector in DETECTORS for finding in detector(page)]
    found += listed.find(page, patients) if patients else ()
    found.sort(key=lambda f: (-f.confidence, f.start - f.end, f.start))
    apart = sorted(_apart(found), key=lambda f: f.start)
    return listed.name(page, apart, patients) if patients else apart


def _apart(found: Sequence[Finding]) -> list[Finding]:
    taken: set[int] = set()
    kept = []
    for finding in found:
        span = range(finding.start, finding.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(finding)
    return kept
