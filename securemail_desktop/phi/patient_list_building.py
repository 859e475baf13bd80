"""Makes the organisation's patient list out of the table that its records system exports: CSV (RFC 4180) with a line of column names.

Semicolons part columns too, as spreadsheets of half of Europe write it. Nothing of a line is ever quoted in an error, only its number.
"""

import csv
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from securemail_desktop.phi.birth import birth_numbers
from securemail_desktop.phi.errors import PatientListRefused
from securemail_desktop.phi.patient_list import DIGEST_SIZE, NAMELESS, Head, Kind, digest, encode, folded, record_form

MOST_LEFT_OUT = 0.01  # of the lines: more, and the file is not what it seems
_FEWEST_LEFT_OUT = 10
_LONGEST = 200  # characters of one value
_COLUMNS = {
    "mrn": ("mrn", "record", "record number", "medical record number", "patient id"),
    "given": ("given", "given name", "first", "first name", "firstname"),
    "family": ("family", "family name", "last", "last name", "lastname", "surname"),
    "birth": ("birth", "birth date", "birthdate", "date of birth", "dob"),
    "email": ("email", "e-mail", "mail", "email address"),
}


@dataclass(frozen=True, slots=True)
class Built:
    """A list and which lines of the table say nothing of a patient, by number, 1 the column names."""

    octets: bytes
    patients: int
    left_out: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """One line; what is not known is empty. `given` and `family` are words in small letters."""

    record: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    birth: tuple[int, ...]
    email: str


def build(lines: Iterable[str], key: bytes, now: datetime) -> Built:
    """Return the list of a table under a key; raise `PatientListRefused`."""
    tables: dict[Kind, array[int]] = {kind: array("Q") for kind in Kind}
    owners: set[tuple[int, int]] = set()
    left_out: list[int] = []
    patients = 0
    for number, patient in _patients(lines):
        if patient is None:
            left_out.append(number)
            continue
        patients += 1
        _take(patient, key, tables, owners)
    _judge(patients, len(left_out))
    octets = [_packed(tables[kind]) for kind in (Kind.RECORD, Kind.NAME, Kind.BIRTH)]
    octets.append(b"".join(_octets(one) + _octets(two) for one, two in sorted(owners)))
    head = Head(patients, now.astimezone(UTC).isoformat(timespec="seconds"), tuple(map(len, octets)))
    return Built(encode(head, key, octets), patients, tuple(left_out))


def _take(patient: Patient, key: bytes, tables: "Mapping[Kind, array[int]]", owners: set[tuple[int, int]]) -> None:
    if patient.record:
        tables[Kind.RECORD].append(_number(digest(key, Kind.RECORD, patient.record)))
    names = [_number(digest(key, Kind.NAME, *name)) for name in _names(patient)]
    tables[Kind.NAME].extend(names)
    if patient.birth:
        births = [digest(key, Kind.BIRTH, *name, *map(str, patient.birth)) for name in _names(patient)]
        tables[Kind.BIRTH].extend(map(_number, births))
    if patient.email:
        mailbox = _number(digest(key, Kind.EMAIL, patient.email))
        owners.update((mailbox, name) for name in names or [_number(NAMELESS)])


def _names(patient: Patient) -> Iterator[tuple[str, str]]:
    """Yield how he may be called in two words: the first of his given names with each word of his family name."""
    for family in dict.fromkeys(patient.family):
        if patient.given:
            yield patient.given[0], family


def _judge(patients: int, left_out: int) -> None:
    if not patients:
        raise PatientListRefused("The list names no patient: it needs a record number, a whole name or an address in each line.")
    if left_out > max(_FEWEST_LEFT_OUT, (patients + left_out) * MOST_LEFT_OUT):
        raise PatientListRefused(
            f"{left_out} of {patients + left_out} lines say nothing of a patient: is it the right file? Nothing was changed."
        )


def _patients(lines: Iterable[str]) -> Iterator[tuple[int, Patient | None]]:
    try:
        rows = _rows(lines)
        columns = _columns(next(rows, (1, []))[1])
        for number, row in rows:
            if row:
                yield number, _patient(row, columns)
    except UnicodeDecodeError as error:
        raise PatientListRefused("The list is not text in UTF-8. Nothing was changed.") from error


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its last line; raise `PatientListRefused`, `UnicodeDecodeError`."""
    plain = _plain(lines)
    first = next(plain, "")
    reader = csv.reader(chain([first], plain), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise PatientListRefused(f"Line {reader.line_num} is not CSV: a quotation mark that is not closed? Nothing was changed.") from error


def _plain(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines without what the csv module does not take."""
    for line in lines:
        yield line.replace("\0", "")


def _columns(names: Sequence[str]) -> dict[str, int]:
    """Return which column has what; raise `PatientListRefused`."""
    plain = [" ".join(name.strip("\ufeff \t").replace("_", " ").casefold().split()) for name in names]
    found = {what: plain.index(name) for what, known in _COLUMNS.items() for name in known if name in plain}
    if not (found.keys() & {"mrn", "email"} or {"given", "family"} <= found.keys()):
        raise PatientListRefused(
            "The first line must name the columns, separated by commas or semicolons: mrn, given, family, birth, email."
        )
    return found


def _patient(row: Sequence[str], columns: Mapping[str, int]) -> Patient | None:
    """Return the patient of a line, None where it says nothing of one."""

    def value(name: str) -> str:
        place = columns.get(name, len(row))
        return row[place].strip()[:_LONGEST] if place < len(row) else ""

    email = folded(value("email"))
    patient = Patient(
        record_form(value("mrn")),
        _words(value("given")),
        _words(value("family")),
        birth_numbers(value("birth")[:10]),
        email if email.count("@") == 1 else "",
    )
    return patient if patient.record or (patient.given and patient.family) or patient.email else None


def _words(name: str) -> tuple[str, ...]:
    return tuple(word for part in folded(name).replace("-", " ").split() if len(word := part.strip(".,'’")) > 1)


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _octets(number: int) -> bytes:
    return number.to_bytes(DIGEST_SIZE, "big")


def _packed(numbers: "array[int]") -> bytes:
    return b"".join(map(_octets, sorted(set(numbers))))
