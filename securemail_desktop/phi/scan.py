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
from securemail_desktop.phi.writer import judge_writers

_MOST_REMEMBERED = 1_000_000  # code points: seven megabytes of memory for each hundred thousand
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
        self._known: OrderedDict[tuple[str, str], _Found] = OrderedDict()
        self._written: dict[str, tuple[str, _Found]] = {}  # the last subject and body
        self._last: tuple[Sequence[tuple[str, str]], Scan] | None = None
        self._lock = Lock()
        self._patients = NOBODY

    def know(self, patients: PatientList) -> None:
        """Find these patients, too, from now on."""
        with self._lock:
            self._patients = patients
            self._known.clear()
            self._written.clear()
            self._last = None

    def scan(self, fields: Sequence[tuple[str, str]]) -> Scan:
        """Return what `scan` returns."""
        asked, last = tuple(fields), self._last
        if last is not None and last[0] == asked:
            return last[1]
        found = self._scan(asked)
        if any(field == "body" for field, _ in asked):  # a display name is asked for alone, and often
            self._last = asked, found
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
    known = vocabulary()
    page = Page(field, text, known)
    terms = find_terms(page, known)
    return _Found(page, tuple(judge_writers(page, judge_greetings(page, _find(page, patients), terms), terms)), tuple(terms))


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
