"""What the journal learns of an attempt that ended before anything was handed over."""

import json

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.policy.decision import Block
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.attempt import BACK, record_attempt
from securemail_desktop.sending.pipeline import deliver
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import BLOCK, Answer, Approved
from tests.support.send_path import IN_CLEAR, ORIGIN, PROTECT, decision, draft_to, means, open_path, to

BOB = "bob@hospital.example"
WRONG = "maria@gmial.example"
RIGHT = "maria@gmail.example"
SHEET = Concern("lookalike", Tier.SHEET, WRONG, f"Send to {WRONG}?", ("keep", "remove", f"replace:{RIGHT}"), RIGHT, 0.9)
BAR = Concern("added-in-reply", Tier.BAR, BOB, f"{BOB} was not in this conversation.", ("keep", "remove"))


@pytest.fixture
def path(tmp_path):
    return open_path(tmp_path, {BOB: means(Method.SMIME), WRONG: means(Method.SMIME)})


def forbid(path, *recipients):
    def decide(facts):
        decided = decision(facts, PROTECT)
        return type(decided)(decided.policy, decided.recipients, blocks=(Block("no-outside", "Not outside.", recipients),))

    path.change(decide=decide)


def record(path, answers, *recipients):
    record_attempt(path.review(draft_to(*to(*recipients))), answers, ORIGIN, path.journal)
    (written,) = path.journal.records.values()
    return written


@pytest.mark.parametrize(
    ("recipients", "position"),
    [((WRONG,), 1), ((), -1), ((BOB, WRONG), -1)],
)
def test_a_blocked_attempt_is_one_outcome_with_the_rule_and_the_answer(path, recipients, position):
    forbid(path, *recipients)
    written = record(path, {BLOCK: Answer(BACK, shown_ms=900)}, BOB, WRONG)
    assert (written["phase"], written["out"], "of" in written) == ("outcome", "blocked", False)
    assert [r["state"] for r in written["rcpt"]] == ["held", "held"]
    assert written["warn"] == [{"id": "rule:no-outside", "rcpt": position, "shown_ms": 900, "choice": BACK, "just": False}]
    assert written["msg"]["copies"] == []


@pytest.mark.parametrize("choice", [f"replace:{RIGHT}", "remove", BACK])
def test_an_answer_that_keeps_the_message_from_going_is_recorded_without_an_address(path, choice):
    path.change(concerns=lambda _d, _s, _t: (SHEET,))
    written = record(path, {concern_id(SHEET): Answer(choice, shown_ms=1200)}, BOB, WRONG)
    assert written["out"] == "held"
    assert [(w["id"], w["rcpt"], w["choice"], w["shown_ms"]) for w in written["warn"]] == [("lookalike", 1, choice.partition(":")[0], 1200)]
    assert "maria" not in json.dumps(written)


def test_what_was_meant_is_sealed(path):
    sealed = []
    path.journal.append = lambda _rid, _act, _fields, secret: sealed.append(secret)
    path.change(concerns=lambda _d, _s, _t: (SHEET,))
    record_attempt(path.review(draft_to(*to(WRONG))), {concern_id(SHEET): Answer(f"replace:{RIGHT}")}, ORIGIN, path.journal)
    assert sealed[0]["warn"][0]["choice"] == f"replace:{RIGHT}"


def test_a_doubt_answered_without_being_asked_is_recorded_and_an_unanswered_one_is_not(path):
    path.change(concerns=lambda _d, _s, _t: (BAR, Concern("outside", Tier.BAR, WRONG, "Outside.", ("keep",))))
    written = record(path, {concern_id(BAR): Answer("remove")}, BOB, WRONG)
    assert [(w["id"], w["choice"]) for w in written["warn"]] == [("added-in-reply", "remove")]


def test_a_block_at_delivery_names_its_rule(path):
    forbid(path)
    deliver(Approved(path.review(draft_to(*to(BOB)))), path.channel)
    (written,) = path.journal.records.values()
    assert (written["out"], written["warn"][0]["id"], written["warn"][0]["choice"]) == ("held", "rule:no-outside", "unanswered")


def test_answers_that_change_nothing_are_in_the_records_of_what_goes(path):
    path.change(concerns=lambda _d, _s, _t: (SHEET,), decide=lambda facts: decision(facts, IN_CLEAR))
    deliver(Approved(path.review(draft_to(*to(WRONG))), {concern_id(SHEET): Answer("keep", shown_ms=7)}), path.channel)
    assert [r["warn"][0]["choice"] for r in path.journal.records.values()] == ["keep", "keep"]
