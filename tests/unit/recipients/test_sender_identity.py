"""The author's own address: the one of the conversation, or the one that the recipients know."""

from datetime import UTC, datetime

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.index import Correspondence, RecipientIndex
from securemail_desktop.recipients.sender_identity import NAME as IDENTITY

WORK, HOME = Address("alice", "clinic.example"), Address("alice", "home.example")
BOB, ANNA = parse_address("Bob Weiss <bob@lab.example>"), parse_address("Anna Keller <anna@lab.example>")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CLEAN = Scan(phi=False, score=0.0, findings=(), terms=())


def index(*sent: tuple[Address, Address]) -> RecipientIndex:
    made = RecipientIndex([WORK, HOME], ["clinic.example"])
    for number, (sender, to) in enumerate(sent):
        made.learn_sent(Correspondence(sender, (to,), NOW, message_id=f"<{number}@clinic.example>"))
    return made


def names(known: RecipientIndex, sender: Address, to: Address, text: str = "Hello", answers: str = "") -> set[str]:
    draft = Draft(sender, (Recipient(to),), "Plan", text, "<new@clinic.example>", NOW, in_reply_to=answers)
    return {concern.check for concern in check_recipients(draft, known, CLEAN)}


def test_an_answer_from_another_address_than_the_conversation_has_is_doubted() -> None:
    known = index((WORK, BOB))
    assert IDENTITY in names(known, HOME, BOB, answers="<0@clinic.example>")
    assert IDENTITY not in names(known, WORK, BOB, answers="<0@clinic.example>")


def test_a_habit_counts_from_three_messages_on() -> None:
    assert IDENTITY not in names(index(*[(WORK, BOB)] * 2), HOME, BOB)
    assert IDENTITY in names(index(*[(WORK, BOB)] * 3), HOME, BOB)
    assert IDENTITY not in names(index(*[(WORK, BOB)] * 3, (HOME, BOB)), HOME, BOB)
    assert IDENTITY not in names(index(), HOME, BOB)
