"""Who moved, and is written to at the old mailbox."""

from datetime import timedelta

from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.recipients.former_address import NAME as FORMER
from tests.support.mailbox import Mailbox

CLEAN = Scan(phi=False, score=0.0, findings=(), terms=())
OLD, NEW = "Anna Keller <anna.keller@northside.example>", "Anna Keller <akeller@lab.example>"


def moved(new_messages: int = 3, silent_days: int = 90) -> Mailbox:
    box = Mailbox().sent(OLD, 5).got(OLD, times=5).got(NEW, times=new_messages).sent(NEW, 2)
    box.now += timedelta(days=silent_days)
    return box


def concern(box: Mailbox, to: str = "anna.keller@northside.example", answers: str = "") -> Concern | None:
    return next((c for c in check_recipients(box.draft(to, answers=answers), box.index, CLEAN) if c.check == FORMER), None)


def test_the_old_mailbox_of_who_writes_from_a_new_one_is_doubted_and_the_new_one_offered() -> None:
    found = concern(moved())
    assert found is not None
    assert (
        found.message == "Anna Keller writes from akeller@lab.example since January 2026, and no longer from anna.keller@northside.example."
    )
    assert found.choices == ("keep", "replace:akeller@lab.example", "remove")


def test_the_new_mailbox_is_not_doubted() -> None:
    assert concern(moved(), "akeller@lab.example") is None


def test_one_message_from_elsewhere_is_no_move() -> None:
    assert concern(moved(new_messages=1)) is None


def test_who_was_silent_for_a_few_weeks_only_has_not_moved() -> None:
    assert concern(moved(silent_days=20)) is None


def test_who_uses_both_mailboxes_has_not_moved() -> None:
    box = moved(silent_days=0).got(OLD)
    box.now += timedelta(days=90)
    assert concern(box) is None


def test_both_mailboxes_together_are_left_alone() -> None:
    assert concern(moved(), "anna.keller@northside.example, akeller@lab.example") is None


def test_an_answer_in_an_old_conversation_is_left_alone() -> None:
    box = Mailbox().got(OLD, message_id="<old@northside.example>").sent(OLD, 4).got(NEW, times=3).sent(NEW, 2)
    box.now += timedelta(days=90)
    assert concern(box) is not None
    assert concern(box, answers="<old@northside.example>") is None
