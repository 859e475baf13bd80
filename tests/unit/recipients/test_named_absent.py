"""Who is said to get a copy and gets none."""

from datetime import UTC, datetime

import pytest

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.index import Correspondence, RecipientIndex
from securemail_desktop.recipients.named_absent import NAME as ABSENT

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


@pytest.mark.parametrize(
    "text",
    ["I'm copying Anna Keller on this.", "cc'ing Anna, who knows more", "I have added Dr. Keller.", "looping in Anna"],
)
def test_who_is_said_to_get_a_copy_and_gets_none_is_named(text: str) -> None:
    known = index((WORK, BOB), (WORK, ANNA))
    assert ABSENT in names(known, WORK, BOB, text)
    assert ABSENT not in names(known, WORK, ANNA, text)


@pytest.mark.parametrize("text", ["copying the files now", "adding Tables to the report", "cc'ing Zoe", "Anna Keller copied the file"])
def test_other_words_and_strangers_are_left_alone(text: str) -> None:
    assert ABSENT not in names(index((WORK, BOB), (WORK, ANNA)), WORK, BOB, text)
