"""The one door to detection: (field, text) pairs in, a `Scan` out. Pure, offline, in time linear in the text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

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
    media,
    mrn,
    names,
    national_ids,
    network,
    phones,
    records,
    ssn,
)
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.persons import same_persons
from securemail_desktop.phi.terms.vocabulary import vocabulary

DETECTORS: tuple[Callable[[Page], Iterator[Finding]], ...] = (
    records.find,
    ssn.find,
    mrn.find,
    health_plan.find,
    national_ids.find,
    licenses.find,
    devices.find,
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


def scan(fields: Sequence[tuple[str, str]]) -> Scan:
    """Return what the fields of one message hold. A field's name is `subject`, `body` or `attachment:N`."""
    folded = {field: fold(text) for field, text in fields}
    return _unfold(decide(*_read(folded)), folded)


def read(fields: Sequence[tuple[str, str]]) -> tuple[list[Page], list[Finding], list[HealthTerm]]:
    """Return what a verdict is made of: the pages with their identifiers and health terms, in folded text."""
    return _read({field: fold(text) for field, text in fields})


def _read(folded: Mapping[str, Folded]) -> tuple[list[Page], list[Finding], list[HealthTerm]]:
    known = vocabulary()
    pages = [Page(field, text.text, known) for field, text in folded.items()]
    terms: list[HealthTerm] = []
    findings: list[Finding] = []
    for page in pages:
        own = find_terms(page, known)
        terms += own
        findings += judge_greetings(page, _find(page), own)
    return pages, same_persons(pages, findings), terms


def _unfold(found: Scan, folded: Mapping[str, Folded]) -> Scan:
    return replace(
        found,
        findings=tuple(unfold_finding(f, folded[f.field]) for f in found.findings),
        terms=tuple(unfold_term(t, folded[t.field]) for t in found.terms),
        finding=found.finding and unfold_finding(found.finding, folded[found.finding.field]),
        term=found.term and unfold_term(found.term, folded[found.term.field]),
    )


def _find(page: Page) -> list[Finding]:
    """Return one finding a span: of two that overlap, the surer one stays, of equals the longer one."""
    found = [finding for detector in DETECTORS for finding in detector(page)]
    found.sort(key=lambda f: (-f.confidence, f.start - f.end, f.start))
    return sorted(_apart(found), key=lambda f: f.start)


def _apart(found: Sequence[Finding]) -> list[Finding]:
    taken: set[int] = set()
    kept = []
    for finding in found:
        span = range(finding.start, finding.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(finding)
    return kept
