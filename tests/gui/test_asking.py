"""What the sheet asks: title, buttons and friction of a question."""

from dataclasses import replace

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.asking import question_sheet
from securemail_desktop.gui.marked_label import NO_PART
from securemail_desktop.gui.proof import Friction
from securemail_desktop.gui.sheet import Question
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.policy.decision import Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from tests.support.fake_session import FakeSession

TYPO, MEANT, BOB = "maria@gmial.example", "maria@gmail.example", "Bob <bob@partner.example>"
PHI = "Maria Lopez: HbA1c 7.1"


def asked(session: FakeSession, text: str, *to: str) -> Question:
    draft = replace(session.new_draft(), text=text, recipients=tuple(Recipient(parse_address(a)) for a in to))
    review = session.review(draft)
    return question_sheet(review, review.questions[0], review.questions[1:])


def doubt(risk: float, *, meant: str = MEANT, key: str = TYPO) -> Concern:
    replacing = (f"replace:{meant}",) if meant else ()
    return Concern("lookalike", Tier.SHEET, key, "Why.", ("keep", "remove", *replacing), meant, risk)


def demand(kind: DemandKind, *recipients: str, least: int = 0) -> Demand:
    return Demand("rule", kind, "Why.", recipients, least)


def test_title_holds_the_address_and_marks_where_it_differs() -> None:
    sheet = asked(FakeSession(doubts=(doubt(0.9),)), PHI, TYPO)
    assert sheet.title == f"Send Maria Lopez’s lab result to {TYPO}?"
    assert sheet.title[slice(*sheet.part)] == "ia"


def test_a_missing_letter_marks_its_neighbours() -> None:
    sheet = asked(FakeSession(doubts=(doubt(0.9, meant="mariam@gmial.example"),)), PHI, TYPO)
    assert sheet.title[slice(*sheet.part)] == "a@"


def test_an_address_without_a_likeness_stands_out_as_a_whole() -> None:
    sheet = asked(FakeSession(doubts=(doubt(0.9, meant=""),)), PHI, TYPO)
    assert sheet.title[slice(*sheet.part)] == TYPO
    assert asked(FakeSession(demands=(demand(DemandKind.CONFIRM),)), PHI, TYPO, BOB).part == NO_PART


def test_safe_choices_come_first_and_name_the_person() -> None:
    session = FakeSession(doubts=(doubt(0.9, key="bob@partner.example"),))
    session.means["bob@partner.example"] = Method.TLS
    sheet = asked(session, PHI, BOB, TYPO)
    assert [(c.label, c.safe) for c in sheet.choices] == [
        (f"Use {MEANT}", True),
        ("Remove Bob", True),
        ("Send to bob@partner.example anyway", False),
    ]
    assert sheet.choices[1].spoken == "Remove bob@partner.example"


def test_what_would_wait_is_not_said_to_be_sent() -> None:
    doubted = asked(FakeSession(doubts=(doubt(0.9),)), PHI, TYPO)
    assert doubted.choices[-1].label == f"Hold in Outbox for {TYPO} anyway"
    confirmed = asked(FakeSession(demands=(demand(DemandKind.CONFIRM, "bob@partner.example"),)), PHI, BOB)
    assert confirmed.choices[-1].label == "Hold in Outbox for bob@partner.example"


def test_two_of_the_same_name_are_told_apart_by_address() -> None:
    session = FakeSession(doubts=(doubt(0.9, key="bob@partner.example"),))
    sheet = asked(session, PHI, BOB, "Bob <bob@other.example>")
    assert sheet.choices[1].label == "Remove bob@partner.example"


def test_who_a_rule_asks_about_can_be_taken_out() -> None:
    sheet = asked(FakeSession(demands=(demand(DemandKind.CONFIRM, "bob@partner.example"),)), PHI, BOB, TYPO)
    assert sheet.choices[0].value == "remove"
    alone = asked(FakeSession(demands=(demand(DemandKind.CONFIRM, "bob@partner.example"),)), PHI, BOB)
    assert [c.value for c in alone.choices] == ["confirm"]


def test_a_protected_copy_is_called_so() -> None:
    session = FakeSession(means={"bob@partner.example": Method.SMIME}, demands=(demand(DemandKind.CONFIRM, "bob@partner.example"),))
    assert asked(session, PHI, BOB).choices[0].label == "Send protected to bob@partner.example"


CHECKED = Friction(tick=f"I have checked it: {TYPO} is right")


@pytest.mark.parametrize(
    ("session", "text", "friction"),
    [
        (FakeSession(doubts=(doubt(0.9),)), "Lunch?", Friction()),
        (FakeSession(doubts=(doubt(0.2),)), PHI, CHECKED),
        (FakeSession(doubts=(doubt(0.9),)), PHI, Friction(domain="gmial.example")),
        (FakeSession(doubts=(doubt(0.9, meant="mario@gmial.example"),)), PHI, CHECKED),
        (FakeSession(demands=(demand(DemandKind.CONFIRM, TYPO),)), PHI, Friction()),
        (FakeSession(demands=(demand(DemandKind.ACKNOWLEDGE, TYPO),)), "Lunch?", CHECKED),
        (FakeSession(demands=(demand(DemandKind.ACKNOWLEDGE),)), PHI, Friction(tick="I have checked who gets this message")),
        (FakeSession(demands=(demand(DemandKind.JUSTIFY, TYPO, least=12),)), PHI, Friction(min_reason=12)),
    ],
)
def test_friction_follows_the_risk(session: FakeSession, text: str, friction: Friction) -> None:
    assert asked(session, text, TYPO).friction == friction
