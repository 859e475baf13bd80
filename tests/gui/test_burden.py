"""What a message carries, in words."""

from dataclasses import replace

import pytest

from securemail_desktop.gui.burden import THINGS, burden, title
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole, Scan
from securemail_desktop.phi.scan import scan
from securemail_desktop.phi.ties import HEALTH
from securemail_desktop.recipients.concern import Tier
from securemail_desktop.sending.state import Question, Review
from tests.support.fake_session import FakeSession


def review(text: str, found: Scan | None = None, *to: str) -> Review:
    session = FakeSession()
    draft = replace(session.new_draft(), text=text, recipients=tuple(Recipient(parse_address(a)) for a in to))
    return replace(session.review(draft), scan=found or scan([("subject", draft.subject), ("body", text)]))


def tied(text: str, name: str, word: str, category: str, kind: IdentifierType = IdentifierType.NAME) -> Scan:
    who = Finding("body", text.index(name), text.index(name) + len(name), kind, PersonRole.PATIENT, "names", 0.9)
    term = HealthTerm("body", text.index(word), text.index(word) + len(word), category)
    return Scan(True, 0.9, (who,), (term,), "", who, term)


@pytest.mark.parametrize(
    ("word", "category", "words"),
    [
        ("HbA1c", "lab", "Maria Lopez’s lab result"),
        ("7.1 %", "result", "Maria Lopez’s test result"),
        ("BP 120/80", "vital", "Maria Lopez’s vital signs"),
        ("metformin", "drug", "Maria Lopez’s medication"),
        ("500 mg", "dose", "Maria Lopez’s medication"),
        ("asthma", "condition", "Maria Lopez’s diagnosis"),
        ("cough", "symptom", "Maria Lopez’s symptoms"),
        ("biopsy", "procedure", "Maria Lopez’s treatment"),
        ("appointment", "care", "Maria Lopez’s appointment"),
        ("follow-up", "general", "Maria Lopez’s appointment"),
        ("ward", "care", "Maria Lopez’s care details"),
        ("copay", "payment", "Maria Lopez’s billing details"),
        ("health", "general", "Maria Lopez’s health information"),
        ("unheard of", "new-category", "Maria Lopez’s health information"),
    ],
)
def test_kind_of_data_has_its_word(word: str, category: str, words: str) -> None:
    text = f"Maria Lopez: {word}."
    assert burden(review(text, tied(text, "Maria Lopez", word, category))) == words


def test_every_category_of_detection_has_a_word() -> None:
    assert set(HEALTH) <= set(THINGS)


def test_a_number_alone_names_nobody() -> None:
    text = "4821193: HbA1c"
    assert burden(review(text, tied(text, "4821193", "HbA1c", "lab", IdentifierType.MRN))) == "a patient’s lab result"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Patient Maria Lopez (MRN 4821193) HbA1c 7.1 %. Ms. Lopez feels well.", "Maria Lopez’s test result"),
        ("John Smith takes metformin 500 mg twice daily", "John Smith’s medication"),
        ("Maria Lopez has an appointment on Thursday.", "Maria Lopez’s appointment"),
        ("My SSN is 123-45-6789", "a social security number"),
        ("Shall we meet at noon?", "this message"),
    ],
)
def test_what_detection_finds_is_said(text: str, words: str) -> None:
    assert burden(review(text)) == words


def test_several_patients_are_counted() -> None:
    text = "Maria Lopez and Tom Baker: HbA1c"
    found = tied(text, "Maria Lopez", "HbA1c", "lab")
    other = tied(text, "Tom Baker", "HbA1c", "lab").findings
    assert burden(review(text, replace(found, findings=found.findings + other))) == "data of 2 patients"


def test_names_in_files_and_overlong_names_are_left_out() -> None:
    text = "Maria Lopez: HbA1c"
    found = tied(text, "Maria Lopez", "HbA1c", "lab")
    inside = replace(found.findings[0], field="attachment:0")
    assert burden(review(text, replace(found, findings=(inside,), finding=inside))) == "a patient’s lab result"
    long = f"{'Maria ' * 9}Lopez"
    assert burden(review(f"{long}: HbA1c", tied(f"{long}: HbA1c", long, "HbA1c", "lab"))) == "a patient’s lab result"


def test_control_characters_of_a_name_are_visible() -> None:
    text = "Ma\u202eria Lopez: HbA1c"
    assert "\u202e" not in burden(review(text, tied(text, "Ma\u202eria Lopez", "HbA1c", "lab")))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Lunch?", "Send this message to bob@x.example?"),
        ("John Smith takes metformin 500 mg", "Send John Smith’s medication to bob@x.example?"),
    ],
)
def test_title_names_the_consequence(text: str, asked: str) -> None:
    question = Question("c1", Tier.SHEET, "lookalike", "bob@x.example", "", ("keep",))
    assert title(review(text, None, "bob@x.example"), question) == asked


def test_title_of_a_whole_message_counts_recipients() -> None:
    checked = review("x", None, "bob@x.example", "carol@x.example")
    assert title(checked, Question("c1", Tier.SHEET, "rule:r", "", "", ("confirm",))) == "Send this message to 2 recipients?"
