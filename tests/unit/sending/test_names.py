"""Display names that hold patient data: they are found, the author is told, and they never go out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.draft import AddressField, Draft
from securemail_desktop.phi.patient_list import NOBODY, PatientList
from securemail_desktop.phi.patient_list_building import build
from securemail_desktop.phi.scan import Scanner, scan
from securemail_desktop.recipients.telling_name import check
from securemail_desktop.sending.names import telling_names, without_telling_names
from securemail_desktop.sending.pipeline import deliver, review
from securemail_desktop.sending.state import Approved, State
from tests.support.send_path import FakeProtector, checks, draft_to, means, open_path, to

TELLING = '"John Smith diabetic foot" <js@mail.example>'
PLAIN = ["Maria Lopez", "Anna Gout", "Dr. Jane Kidney", "Diabetes Clinic", "Bob Weiss, MD Cardiology", "Ward 7, night shift", ""]


def named(name: str, field: AddressField = AddressField.TO) -> Draft:
    (recipient,) = to("js@mail.example", field=field)
    return draft_to(replace(recipient, address=replace(recipient.address, name=name)))


def found_in(draft: Draft, *, himself: bool = False) -> list[tuple[str, str]]:
    return [(text.field, text.text) for text in telling_names(draft, scan, lambda _: himself)]


@pytest.mark.parametrize("name", ["John Smith diabetic foot", "John Smith MRN 1234567", "Lopez, Maria DOB 03/04/1961", "John Smith (HIV)"])
def test_a_name_that_says_more_than_a_name_is_text_of_the_message(name: str) -> None:
    assert found_in(named(name)) == [("recipient:0", name)]


@pytest.mark.parametrize("name", PLAIN)
def test_a_person_a_department_and_an_office_are_only_names(name: str) -> None:
    assert found_in(named(name)) == []


def test_what_somebody_calls_himself_and_what_no_header_shows_tell_nothing() -> None:
    assert found_in(named("Mary Jones, Diabetes Educator")) != []
    assert found_in(named("Mary Jones, Diabetes Educator"), himself=True) == []
    assert found_in(named("John Smith diabetic foot", AddressField.BCC)) == []


def test_the_author_is_told_whose_name_it_is_and_can_use_the_address_alone() -> None:
    draft = draft_to(*to("bob@lab.example", TELLING))
    (concern,) = check(draft, telling_names(draft, scan, lambda _: False))
    assert concern.recipient == "js@mail.example"
    assert "“John Smith diabetic foot” of js@mail.example" in concern.message
    assert concern.choices == ("keep", "replace:js@mail.example")


def test_a_message_whose_only_patient_data_is_a_name_is_patient_data() -> None:
    real = replace(checks({}), scan=scan)
    assert review(replace(draft_to(*to(TELLING)), subject="Tuesday", text="See you then."), real).scan.phi
    assert not review(replace(draft_to(*to("Maria Lopez <m@mail.example>")), subject="Tuesday", text="See you then."), real).scan.phi


def test_only_the_telling_name_is_left_out() -> None:
    draft = draft_to(*to("Maria Lopez <m@mail.example>", TELLING))
    names = [r.address.name for r in without_telling_names(draft, scan(found_in(draft) or [("recipient:1", "")])).recipients]
    assert names == ["Maria Lopez", ""]


PARTS = [
    *(
        "John",
        "Smith",
        "Maria Lopez",
        "van der",
        "O'Neill",
        "smith",
        "JONES",
        "Quillfeather",
        "Weiß",
        "Иван",
        "Dr.",
        "MD",
        "RN",
        "Mrs.",
        "Pt",
        "patient",
    ),
    *(
        "Diabetes",
        "diabetic foot",
        "HIV",
        "Cardiology",
        "Clinic",
        "Ward 7",
        "K 6.1",
        "metformin 500 mg",
        "s/p CABG",
        "pregnant",
        "c/o",
        "test patient",
    ),
    *(
        "MRN",
        "DOB",
        "SSN",
        "born",
        "4711882",
        "03/04/1961",
        "219-09-9998",
        "555-123-4567",
        "54 y/o",
        "Box 12",
        "www.mail.example",
        "448213",
    ),
    *("Pt", "cannot move her arm", "aged", "aunt", "Mrs"),
    *("js@mail.example", "PID|1||99", "12 Oak Street", "last 4 of SSN 1234", "room 4", "٣٤٥٦٧٨", "my", "this is", "re:"),
]
A_NAME = st.lists(
    st.one_of(st.sampled_from(PARTS), st.text(st.characters(exclude_categories=("C", "Z")), max_size=6)), min_size=1, max_size=7
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(st.builds(str.join, st.sampled_from([" ", ", ", "-", " (", "."]), A_NAME), max_size=6), st.booleans())
def test_names_that_are_remembered_tell_what_each_tells_alone(names: list[str], listed: bool) -> None:
    patients = PatientList(build(["mrn\n", "448213\n"], b"k" * 32, datetime.now(UTC)).octets) if listed else NOBODY
    scanner = Scanner()
    scanner.know(patients)
    recipients = to(*(f"r{number}@mail.example" for number in range(len(names))))
    draft = draft_to(*(replace(r, address=replace(r.address, name=name)) for r, name in zip(recipients, names, strict=True)))
    alone = telling_names(draft, lambda fields: scan(fields, patients), lambda _: False)
    for _ in range(2):
        assert telling_names(draft, scanner.scan, lambda _: False) == alone


class Headers(FakeProtector):
    """Writes who stands in the header."""

    def protect(self, draft: Draft, method: Method, keys: tuple[str, ...]) -> Iterable[bytes]:
        return [" ".join(f"{r.address.name} {r.address.spec}" for r in draft.recipients).encode()]

    def withdrawn(self, method: Method, keys: Sequence[str]) -> str:
        return ""

    def to_self(self, draft: Draft, *, secret: bool) -> Iterable[bytes]:
        return self.protect(draft, Method.CLEAR, ())


def test_a_telling_name_never_goes_out_whatever_protects_the_message(tmp_path) -> None:  # type: ignore[no-untyped-def]
    known: dict[str, Capabilities] = {"js@mail.example": means(Method.SMIME)}
    path = open_path(tmp_path, known)
    path.checks, path.protector = replace(path.checks, scan=scan), Headers()
    receipts = deliver(Approved(path.review(draft_to(*to(TELLING)))), path.channel)
    assert [r.state for r in receipts] == [State.ACCEPTED]
    assert path.server.messages == [b" js@mail.example"]
    assert path.sent.messages == [b" js@mail.example"]
