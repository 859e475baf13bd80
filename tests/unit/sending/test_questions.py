import pytest

from securemail_desktop.policy.decision import Decision, Demand, DemandKind, PolicyId
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.approval import answers_question
from securemail_desktop.sending.questions import concern_id, question_id, questions_of
from securemail_desktop.sending.state import Answer, Question

LOOKALIKE = Concern("lookalike", Tier.SHEET, "maria@gmial.example", "Send to maria@gmial.example?", ("keep", "remove"))


def demand(kind, **kwargs):
    return Demand("r1", kind, "Say why.", **kwargs)


def decided(*demands):
    return Decision(PolicyId("p", 1, ""), (), demands)


def test_only_sheets_and_demands_are_questions():
    chip = Concern("outside", Tier.CHIP, "bob@hospital.example", "Outside.", ("keep",))
    asked = questions_of((LOOKALIKE, chip), decided(demand(DemandKind.CONFIRM)))
    assert [q.check for q in asked] == ["lookalike", "rule:r1"]


def test_the_id_is_stable_and_says_nothing():
    assert concern_id(LOOKALIKE) == questions_of((LOOKALIKE,), decided())[0].id
    assert "maria" not in concern_id(LOOKALIKE)
    assert question_id("a", ["b"]) != question_id("a", ["c"])


@pytest.mark.parametrize("kind", [DemandKind.REAUTHENTICATE, DemandKind.SECOND_APPROVER])
def test_what_nobody_can_answer_here_stays_open(kind):
    question = questions_of((), decided(demand(kind)))[0]
    assert not answers_question(question, Answer(question.choices[0], "because"))


def test_a_justification_wants_its_length():
    question = questions_of((), decided(demand(DemandKind.JUSTIFY, min_length=5)))[0]
    assert not answers_question(question, Answer("justify", " ab  "))
    assert answers_question(question, Answer("justify", "referral"))


def test_another_choice_is_no_answer():
    question = Question("c1", Tier.SHEET, "lookalike", "x", "m", ("keep", "remove"))
    assert not answers_question(question, None)
    assert not answers_question(question, Answer("send"))
    assert answers_question(question, Answer("keep"))
