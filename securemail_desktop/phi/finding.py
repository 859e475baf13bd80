"""What detection finds: identifiers, health terms, and the pair that makes a message PHI.

Types are the identifiers of 45 CFR 164.514(b)(2)(i) as the contract names them. Offsets are Unicode code points.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar


class IdentifierType(StrEnum):
    """The kinds of identifiers, named as in the contract."""

    NAME = "NAME"
    DATE = "DATE"
    MRN = "MRN"
    SSN = "SSN"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    HEALTH_PLAN_ID = "HEALTH_PLAN_ID"
    ACCOUNT = "ACCOUNT"
    NATIONAL_ID = "NATIONAL_ID"
    DEVICE = "DEVICE"
    URL = "URL"
    IP = "IP"
    VEHICLE = "VEHICLE"
    AGE = "AGE"
    LICENSE = "LICENSE"
    BIOMETRIC = "BIOMETRIC"
    PHOTO = "PHOTO"
    OTHER = "OTHER"


class PersonRole(StrEnum):
    """Whose identifier it is."""

    PATIENT = "patient"
    PROVIDER = "provider"
    ORGANIZATION = "org"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One identifier in one field: which text, which detector, which evidence. `confidence` is 0..1."""

    field: str
    start: int
    end: int
    type: IdentifierType
    role: PersonRole
    detector: str
    confidence: float
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class HealthTerm:
    """One word or phrase of health, care or payment. `category` is e.g. `condition`, `drug`, `lab`, `procedure`, `care`, `payment`."""

    field: str
    start: int
    end: int
    category: str


@dataclass(frozen=True, slots=True)
class Scan:
    """The findings of one message and the verdict: `phi` when a person is identifiable AND health, care or payment is tied to him.

    `score` is 0..1. `finding` and `term` are the pair that made the verdict, None where there is none. `reason` is one sentence for people
    that names kinds, never the matched text.
    """

    phi: bool
    score: float
    findings: tuple[Finding, ...]
    terms: tuple[HealthTerm, ...]
    reason: str = ""
    finding: Finding | None = None
    term: HealthTerm | None = None

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the kinds found, sorted: identifier types in capitals and health categories in small letters."""
        return tuple(sorted({f.type.value for f in self.findings} | {t.category for t in self.terms}))


_Found = TypeVar("_Found", Finding, HealthTerm)


def by_field(found: Iterable[_Found]) -> Mapping[str, list[_Found]]:
    """Return what each field holds, in the same order: a message to a thousand people has a thousand fields."""
    held: dict[str, list[_Found]] = {}
    for one in found:
        held.setdefault(one.field, []).append(one)
    return held
