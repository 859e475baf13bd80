"""Patients in structured records: names, birth dates and addresses of HL7 v2 (PID), FHIR JSON, C-CDA XML and X12 (NM1, DMG) segments."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page


def _name(expression: str, mark: str, flags: int = 0) -> Pattern:
    return Pattern(
        re.compile(expression, flags),
        IdentifierType.NAME,
        "records",
        0.95,
        "the patient's name in a structured record",
        PersonRole.PATIENT,
        digits=0,
        mark=mark,
    )


def _birth(expression: str, mark: str, flags: int = 0) -> Pattern:
    return Pattern(
        re.compile(expression, flags),
        IdentifierType.DATE,
        "records",
        0.95,
        "the birth date in a structured record",
        PersonRole.PATIENT,
        mark=mark,
    )


def _address(expression: str, mark: str, flags: int = 0) -> Pattern:
    return Pattern(
        re.compile(expression, flags),
        IdentifierType.ADDRESS,
        "records",
        0.95,
        "the patient's address in a structured record",
        PersonRole.PATIENT,
        mark=mark,
    )


_PATTERNS = (
    Pattern(
        re.compile(r"\bCLM\*([\w-]{3,20})\*"),
        IdentifierType.ACCOUNT,
        "records",
        0.95,
        "the number of a claim",
        PersonRole.PATIENT,
        mark="CLM*",
    ),
    _name(r"^PID(?:\|[^|\n]{0,80}){4}\|([^|\n^]{1,40}\^[^|\n^]{1,40})", "PID|", re.MULTILINE),
    _name(r'"family"\s{0,3}:\s{0,3}"([^"\n]{1,40})"', '"family"'),
    _name(r'"given"\s{0,3}:\s{0,3}\[\s{0,3}"([^"\n]{1,40})"', '"given"'),
    _name(r"<given(?: [^<>]{0,60})?>([^<\n]{1,40})</given>", "<given"),
    _name(r"<family(?: [^<>]{0,60})?>([^<\n]{1,40})</family>", "<family"),
    _name(r'"name"\s{0,3}:\s{0,3}\[\s{0,3}\{[^{}\n]{0,80}"text"\s{0,3}:\s{0,3}"([^"\n]{1,60})"', '"name"'),
    _address(r"^PID(?:\|[^|\n]{0,80}){10}\|([^|\n]{4,120})", "PID|", re.MULTILINE),
    _address(r'"line"\s{0,3}:\s{0,3}\[\s{0,3}"([^"\n]{1,60})"', '"line"'),
    _address(r"<streetAddressLine>([^<\n]{1,60})</streetAddressLine>", "<streetAddressLine>"),
    _name(r"\bNM1\*(?:IL|QC)\*1\*([A-Z' -]{1,35}\*[A-Z' -]{1,25})", "NM1*"),
    _birth(r'"birthDate"\s{0,3}:\s{0,3}"((?:19|20)\d\d(?:-\d\d){0,2})"', '"birthDate"'),
    _birth(r'<birthTime(?: [^<>]{0,60})? ?value="((?:19|20)\d{6})', "<birthTime"),
    _birth(r"\bDMG\*D8\*((?:19|20)\d{6})", "DMG*D8*"),
    _birth(r"^PID(?:\|[^|\n]{0,80}){6}\|((?:19|20)\d{6}|(?:19|20)\d\d-\d\d-\d\d)", "PID|", re.MULTILINE),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the names and birth dates of the page's structured records."""
    return find_all(page, _PATTERNS)
