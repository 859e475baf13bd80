import pytest

from securemail_desktop.message.draft import AddressField
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.approval import amend
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import Answer
from tests.support.send_path import draft_to, open_path, to

WRONG = "maria@gmial.example"
RIGHT = "maria@gmail.example"


def sheet(choices=("keep", "remove", f"replace:{RIGHT}", "bcc")):
    return Concern("lookalike", Tier.SHEET, WRONG, f"Send to {WRONG}?", choices, RIGHT, 0.9)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("keep", [("bob@hospital.example", "to"), (WRONG, "to")]),
        ("remove", [("bob@hospital.example", "to")]),
        (f"replace:{RIGHT}", [("bob@hospital.example", "to"), (RIGHT, "to")]),
        ("bcc", [("bob@hospital.example", "bcc"), (WRONG, "bcc")]),
        ("replace:mallory@evil.example", [("bob@hospital.example", "to"), (WRONG, "to")]),
    ],
)
def test_answers_change_the_recipients(tmp_path, choice, expected):
    path = open_path(tmp_path, {})
    path.change(concerns=lambda _d, _s, _t: (sheet(),))
    review = path.review(draft_to(*to("bob@hospital.example", WRONG)))
    amended = amend(review, {concern_id(sheet()): Answer(choice)})
    assert [(r.address.spec, r.field.value) for r in amended.recipients] == expected


def test_replacing_by_someone_who_is_there_already_doubles_nobody(tmp_path):
    path = open_path(tmp_path, {})
    path.change(concerns=lambda _d, _s, _t: (sheet(),))
    review = path.review(draft_to(*to(RIGHT, WRONG)))
    amended = amend(review, {concern_id(sheet()): Answer(f"replace:{RIGHT}")})
    assert [r.address.spec for r in amended.recipients] == [RIGHT]
    assert amended.recipients[0].field is AddressField.TO
