"""An address that did not take the last message."""

from securemail_desktop.message.address import parse_address
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.refused import NAME as REFUSED
from tests.support.mailbox import ALICE, Mailbox

CLEAN = Scan(phi=False, score=0.0, findings=(), terms=())
BOB = "bob@lab.example"


def refused() -> Mailbox:
    box = Mailbox().sent(BOB, 3)
    box.index.note_refusal(parse_address(BOB), box.now)
    return box


def messages(box: Mailbox, index: RecipientIndex | None = None) -> list[str]:
    return [c.message for c in check_recipients(box.draft(BOB), index or box.index, CLEAN) if c.check == REFUSED]


def test_an_address_that_refused_the_last_message_is_doubted() -> None:
    assert messages(refused()) == ["bob@lab.example did not take your message of January 8, 2026: there was no such mailbox."]


def test_a_message_that_it_took_later_ends_the_doubt() -> None:
    assert messages(refused().sent(BOB)) == []
    assert messages(refused().got(BOB)) == []


def test_the_refusal_is_kept_and_its_end_too() -> None:
    box = refused()
    rows = {row[:2]: row for row in box.index.rows()}
    box.index.mark_kept()
    assert messages(box, RecipientIndex.from_rows((ALICE,), ("hospital.example",), rows.values())) != []
    box.sent(BOB)
    rows |= {row[:2]: row for row in box.index.unkept()}
    assert messages(box, RecipientIndex.from_rows((ALICE,), ("hospital.example",), rows.values())) == []
