"""The one door to detection: (field, text) pairs in, a `Scan` out. Pure, offline, in time linear in the text."""

from collections.abc import Callable, Iterator, Sequence

from securemail_desktop.phi.context import decide
from securemail_desktop.phi.finding import Finding, HealthTerm, Scan
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
    known = vocabulary()
    pages = [Page(field, text, known) for field, text in fields]
    terms: list[HealthTerm] = []
    findings: list[Finding] = []
    for page in pages:
        own = find_terms(page, known)
        terms += own
        findings += judge_greetings(page, _find(page), own)
    return decide(pages, same_persons(pages, findings), terms)


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
