"""Text of another conversation in an answer."""

import pytest

from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.other_thread import NAME as OTHER
from tests.support.mailbox import Mailbox

CLEAN = Scan(phi=False, score=0.0, findings=(), terms=())
BLOCK = "From: Carol Reyes <carol@practice.example>\nSent: Monday\nTo: Alice\nSubject: Results\n\nThe results are in."
LINE = "On Mon, 12 Jan 2026, Carol Reyes <carol@practice.example> wrote:\n> The results are in."
OURS = "On Tue, 13 Jan 2026, Bob Weiss <bob@lab.example> wrote:\n> Can you help?"


def box() -> Mailbox:
    return Mailbox().got("Bob Weiss <bob@lab.example>", message_id="<q@lab.example>").sent("carol@practice.example", 3)


def found(text: str, to: str = "bob@lab.example", answers: str = "<q@lab.example>") -> list[str]:
    mail = box()
    return [c.message for c in check_recipients(mail.draft(to, text, answers=answers), mail.index, CLEAN) if c.check == OTHER]


@pytest.mark.parametrize("pasted", [BLOCK, LINE, BLOCK.replace("From:", "Von:")])
def test_an_answer_that_holds_a_strangers_message_is_doubted(pasted: str) -> None:
    (message,) = found(f"As discussed:\n\n{pasted}\n\n{OURS}")
    assert message == "Your answer holds a message of carol@practice.example, who is not in this conversation: is it the right text?"


def test_what_the_conversation_itself_quoted_is_left_alone() -> None:
    assert found(f"Yes.\n\n{OURS}\n> Below what Carol says.\n\n{BLOCK}") == []


def test_a_forward_and_a_new_message_are_left_alone() -> None:
    assert found(BLOCK, answers="") == []


def test_whoever_is_quoted_and_gets_the_answer_knows_his_text() -> None:
    assert found(BLOCK, to="bob@lab.example, carol@practice.example") == []


@pytest.mark.parametrize("text", ["From: here on it is easy, ask carol.", "Carol wrote: all is well", "", "From: " + "a@" * 5000 + "\n"])
def test_text_without_an_author_is_left_alone(text: str) -> None:
    assert found(text) == []
