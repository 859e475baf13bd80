"""Whom typed letters may mean, and in which order."""

from datetime import timedelta

from securemail_desktop.recipients.completion import SHOWN, Suggestion, complete
from tests.support.mailbox import Mailbox


def found(box: Mailbox, typed: str) -> tuple[Suggestion, ...]:
    return complete(typed, box.index, box.now)


def keys(box: Mailbox, typed: str) -> list[str]:
    return [suggestion.address.key for suggestion in found(box, typed)]


def test_whom_one_writes_to_now_comes_before_whom_one_wrote_to_long_ago() -> None:
    box = Mailbox().sent("Anna Old <anna.old@lab.example>", 15)
    box.now += timedelta(days=400)
    box.sent("Anna Now <anna.now@lab.example>", 3).got("Anna Heard <anna.heard@lab.example>")
    assert keys(box, "an") == ["anna.now@lab.example", "anna.heard@lab.example", "anna.old@lab.example"]


def test_the_last_contact_is_told() -> None:
    box = Mailbox().sent("bob@lab.example", 2)
    when = box.now
    box.got("bob@lab.example").got("bonnie@lab.example")
    bob, bonnie = found(box, "bo")
    assert (bob.written, bob.last, bob.twin) == (2, when, "")
    assert (bonnie.written, bonnie.last) == (0, box.now)


def test_namesakes_and_look_alikes_name_each_other() -> None:
    box = Mailbox().sent("Anna Keller <anna.keller@clinic.example>", 3).sent("Anna Keller <annak@other.example>")
    assert [s.twin for s in found(box, "anna")] == ["annak@other.example", "anna.keller@clinic.example"]
    box = Mailbox().sent("maria.lopez@lab.example", 3).got("maria.lopes@lab.example")
    assert [s.twin for s in found(box, "ma")] == ["maria.lopes@lab.example", "maria.lopez@lab.example"]


def test_a_contact_that_was_never_written_to_has_no_last_contact() -> None:
    box = Mailbox()
    box.index.add_contacts([box.draft("zoe@lab.example").recipients[0].address])
    assert [(s.written, s.last) for s in found(box, "zoe")] == [(0, None)]


def test_the_list_is_short() -> None:
    box = Mailbox()
    for number in range(SHOWN + 10):
        box.sent(f"pat{number}@lab.example")
    assert len(found(box, "pa")) == SHOWN
    assert keys(box, "p") == []
