"""Which places of a draft are marked, and how loudly."""

from dataclasses import replace

import pytest

from securemail_desktop.gui.findings import Note, attachment_notes, marks_of
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.text.passage import Place
from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.sending.state import Review
from tests.support.fake_session import FakeSession

TEXT = "Maria Lopez biopsy"


def review(role: PersonRole, *, field: str = "body", unreadable: tuple[str, ...] = ()) -> Review:
    session = FakeSession()
    whole = session.review(replace(session.new_draft(), text=TEXT))
    found = (Finding(field, 0, 11, IdentifierType.NAME, role, "name", 0.9),)
    return replace(whole, scan=replace(whole.scan, findings=found), unreadable=unreadable)


@pytest.mark.parametrize(
    ("role", "marks"),
    [
        (PersonRole.PATIENT, [(0, 11, Tone.CAUTION), (12, 18, Tone.CAUTION)]),
        (PersonRole.UNKNOWN, [(0, 11, Tone.CALM), (12, 18, Tone.CAUTION)]),
        (PersonRole.PROVIDER, [(12, 18, Tone.CAUTION)]),
        (PersonRole.ORGANIZATION, [(12, 18, Tone.CAUTION)]),
    ],
)
def test_marks_by_role(role: PersonRole, marks: list[tuple[int, int, Tone]]) -> None:
    assert [(s.start, s.end, s.tone) for s in marks_of(review(role), "body", TEXT).all()] == marks


def test_places_beyond_the_visible_text_are_left_out() -> None:
    assert marks_of(review(PersonRole.PATIENT), "body", "Maria").all() == ()


def test_attachments_have_notes() -> None:
    notes = attachment_notes(review(PersonRole.PATIENT, field="attachment:1", unreadable=("attachment:0: It is locked.", "body: odd")))
    assert notes == {0: Note("It is locked."), 1: Note("identifies a person")}


def test_an_attachment_that_is_read_in_part_has_both_notes() -> None:
    notes = attachment_notes(review(PersonRole.PATIENT, field="attachment:0", unreadable=("attachment:0: Page 2 is scanned.",)))
    assert notes == {0: Note("identifies a person · Page 2 is scanned.")}


def test_an_attachment_that_is_being_read_is_no_warning() -> None:
    unread = replace(review(PersonRole.PATIENT, unreadable=("attachment:0: It is being read.",)), reading=("attachment:0",))
    assert attachment_notes(unread) == {0: Note("reading…", calm=True)}


def test_the_page_that_identifies_a_person_is_named() -> None:
    pages = (Place(0, "page 1"), Place(9, "page 2"), Place(40, ""))
    whole = review(PersonRole.PATIENT, field="attachment:0")
    for starts, note in [
        ([12], "identifies a person (page 2)"),
        ([3, 12], "identifies a person (page 1 and others)"),
        ([50], "identifies a person"),
    ]:
        found = tuple(replace(whole.scan.findings[0], start=start, end=start + 2) for start in starts)
        placed = replace(whole, scan=replace(whole.scan, findings=found), places={"attachment:0": pages})
        assert attachment_notes(placed) == {0: Note(note)}


def test_a_colleague_in_a_file_is_no_warning() -> None:
    assert attachment_notes(review(PersonRole.PROVIDER, field="attachment:0")) == {}
