"""The organisation's patient list: what is found by it, what it does not give away, and tables that are none."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.phi.errors import PatientListBroken, PatientListRefused
from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole
from securemail_desktop.phi.health import find_terms
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.patient_list import NOBODY, PatientList
from securemail_desktop.phi.patient_list_building import build
from securemail_desktop.phi.scan import Scanner, scan
from securemail_desktop.phi.terms.vocabulary import Vocabulary

KEY = bytes(range(32))
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TABLE = """mrn,given,family,birth,email
00448213,Xanthe,Quillfeather,1975-03-14,xanthe@mail.example
KX-77120,Zoë,Brandt-Özil,1980-12-01,
,Nerys Mai,Vantongeren,,nerys@mail.example
"""


def known(table: str = TABLE) -> PatientList:
    return PatientList(build(table.splitlines(keepends=True), KEY, NOW).octets)


def found(text: str, patients: PatientList) -> list[tuple[str, IdentifierType, PersonRole]]:
    return [(text[f.start : f.end], f.type, f.role) for f in scan([("body", text)], patients).findings if _by_list(f)]


def _by_list(finding: Finding) -> bool:
    return "patient list" in finding.evidence


@pytest.mark.parametrize(
    ("text", "span", "kind", "role"),
    [
        ("Please look at 448213 again.", "448213", IdentifierType.MRN, PersonRole.PATIENT),
        ("Please look at 00448213 again.", "00448213", IdentifierType.MRN, PersonRole.PATIENT),
        ("the chart of kx77120 is open", "kx77120", IdentifierType.MRN, PersonRole.PATIENT),
        ("answer to Xanthe@Mail.example today", "Xanthe@Mail.example", IdentifierType.EMAIL, PersonRole.PATIENT),
        ("we saw Xanthe Quillfeather, born 3/14/1975, today", "Xanthe Quillfeather", IdentifierType.NAME, PersonRole.PATIENT),
        ("we saw Quillfeather, Xanthe (DOB 14 Mar 1975) today", "Quillfeather", IdentifierType.NAME, PersonRole.PATIENT),
        ("we saw Zoe Özil, DOB 12/1/1980", "Zoe Özil", IdentifierType.NAME, PersonRole.PATIENT),
    ],
)
def test_listed_patients_are_found(text: str, span: str, kind: IdentifierType, role: PersonRole) -> None:
    assert (span, kind, role) in found(text, known())


@pytest.mark.parametrize(
    "text",
    [
        "Please look at 448214 again.",
        "In 2026 we saw 77120 of them.",
        "answer to yanthe@mail.example today",
        "Xanthe and Vantongeren met. Quillfeather was there.",
    ],
)
def test_who_is_not_on_it_is_not_found_by_it(text: str) -> None:
    assert found(text, known()) == []


def test_a_name_of_the_list_is_known_as_one_without_being_a_patients() -> None:
    text = "xylo report. Nerys Vantongeren called."
    names = [f for f in scan([("body", text)], known()).findings if text[f.start : f.end] == "Nerys Vantongeren"]
    assert [f.type for f in names] == [IdentifierType.NAME]
    assert names[0].confidence >= 0.85


def test_a_provider_stays_one() -> None:
    text = "Dr. Xanthe Quillfeather, MD, will cover on 3/14/1975."
    roles = {f.role for f in scan([("body", text)], known()).findings if f.type is IdentifierType.NAME}
    assert roles == {PersonRole.PROVIDER}


def test_a_record_number_with_a_condition_is_patient_data() -> None:
    text = "448213 has pneumonia."
    assert scan([("body", text)], known()).phi
    assert not scan([("body", text)], NOBODY).phi


def test_a_scanner_forgets_what_it_found_without_the_list() -> None:
    scanner, fields = Scanner(), [("body", "Please look at 448213 again."), ("attachment:0", "448213")]
    assert scanner.scan(fields).findings == ()
    scanner.know(known())
    assert [f.field for f in scanner.scan(fields).findings] == ["body", "attachment:0"]


def test_a_scan_that_the_list_came_into_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    scanner, fields = Scanner(), [("body", "Please look at 448213 again."), ("attachment:0", "448213")]

    def terms(page: Page, vocabulary: Vocabulary) -> list[HealthTerm]:
        scanner.know(known())
        return find_terms(page, vocabulary)

    with monkeypatch.context() as patch:
        patch.setattr("securemail_desktop.phi.scan.find_terms", terms)
        scanner.scan(fields)
    assert [f.field for f in scanner.scan(fields).findings] == ["body", "attachment:0"]


def test_a_display_name_is_asked_for_anew_with_the_list() -> None:
    scanner, fields = Scanner(), [("recipient:0", "Visit of 448213 today")]
    assert scanner.scan(fields).findings == ()
    scanner.know(known())
    assert [f.type for f in scanner.scan(fields).findings] == [IdentifierType.MRN]


def test_whose_an_address_is() -> None:
    patients = known()
    assert patients.has_owner("XANTHE@mail.example")
    assert patients.is_of("xanthe@mail.example", ["quillfeather", "xanthe"])
    assert not patients.is_of("xanthe@mail.example", ["nerys", "vantongeren"])
    assert not patients.has_owner("nobody@mail.example")


def test_an_address_without_a_name_is_a_patients_but_nobodys() -> None:
    patients = known("email\nsomeone@mail.example\n")
    assert patients.has_email("someone@mail.example")
    assert not patients.has_owner("someone@mail.example")


def test_the_list_holds_no_readable_word() -> None:
    octets = build(TABLE.splitlines(keepends=True), KEY, NOW).octets.lower()
    assert not [word for word in (b"quill", b"xanthe", b"448213", b"77120", b"mail", b"1975") if word in octets]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "must name the columns"),
        ("a,b\n1,2\n", "must name the columns"),
        ("mrn\n", "names no patient"),
        ("mrn,given\n12,x\n", "names no patient"),
        ('mrn\n"448213\n', "not CSV"),
        ("mrn\n448213\n" + "12\n" * 11, "11 of 12 lines"),
    ],
)
def test_a_table_that_is_none_is_refused(table: str, said: str) -> None:
    with pytest.raises(PatientListRefused, match=said):
        known(table)


def test_a_few_lines_that_say_nothing_are_left_out_and_told() -> None:
    built = build(["mrn,given\n", "448213,\n", "\n", "12,x\n"], KEY, NOW)
    assert (built.patients, built.left_out) == (1, (4,))


def test_columns_have_the_names_of_other_systems() -> None:
    patients = known("\ufeffMedical_Record_Number,Last Name,First Name,DOB\n448213,Quillfeather,Xanthe,03/14/1975\n")
    assert patients.has_record("448213")
    assert patients.has_birth("xanthe", "quillfeather", (3, 14, 75))


def test_semicolons_part_columns_too() -> None:
    patients = known("mrn;family;given\n448213;Quillfeather, MD;Xanthe\n")
    assert patients.has_record("448213")
    assert patients.has_name("xanthe", "quillfeather")


@pytest.mark.parametrize("octets", [b"x", b"[1]\n", b'[1, 2, "", [6, 0, 0, 0]]\n', b'[9, 0, "", [0, 0, 0, 0]]\n' + KEY])
def test_a_damaged_list_is_an_error(octets: bytes) -> None:
    with pytest.raises(PatientListBroken):
        PatientList(octets)


@given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=200))
def test_any_table_and_any_text_come_to_an_end(cells: list[str], text: str) -> None:
    try:
        patients = known("mrn,given,family,birth,email\n" + ",".join(cells) + "\n448213,A,B,,\n")
    except PatientListRefused:
        return
    scan([("body", text + " 448213")], patients)


@pytest.mark.slow
def test_a_hundred_thousand_patients_take_little_memory() -> None:
    """A tenth of the million that must fit into 64 MiB."""

    def table() -> Iterator[str]:
        yield "mrn,given,family,birth,email\n"
        for n in range(100_000):
            yield f"{1_000_000 + n},Given{n % 3000}a,Family{n % 40000}b,19{n % 90 + 10}-03-14,p{n}@mail.example\n"

    octets = build(table(), KEY, NOW).octets
    tracemalloc.start()
    patients = PatientList(bytes(octets))
    assert patients.has_record("1099999")
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(octets) + size < 6_400_000
