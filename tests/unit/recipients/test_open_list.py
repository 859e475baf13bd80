"""A list of the organisation that is read outside."""

from datetime import UTC, datetime

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.phi.scan import scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.concern import Tier
from securemail_desktop.recipients.index import Correspondence, RecipientIndex
from securemail_desktop.recipients.told import Told

ALICE = Address("alice", "clinic.example", "Alice Moreau")
BOARD = Address("board", "clinic.example")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OUTSIDE = ("carol@partner.example", "dan@partner.example", "lab.example")


def seen(index: RecipientIndex, members: tuple[str, ...]) -> list[tuple[Tier, str]]:
    draft = Draft(ALICE, (Recipient(BOARD),), "Tomorrow", "See you tomorrow.", "<1@clinic.example>", NOW)
    told = Told(open_lists={BOARD.key: members} if members else {})
    found = check_recipients(draft, index, scan([("body", draft.text)]), (), told)
    return [(c.tier, c.message) for c in found if c.check == "open-list"]


def test_the_first_message_to_it_shows_a_bar_that_names_who_reads_it() -> None:
    said = (
        "board@clinic.example is a list that is also read outside your organisation: carol@partner.example, dan@partner.example and 1 more."
    )
    assert seen(RecipientIndex((ALICE,), ("clinic.example",)), OUTSIDE) == [(Tier.BAR, said)]


def test_later_ones_show_a_chip() -> None:
    index = RecipientIndex((ALICE,), ("clinic.example",))
    index.learn_sent(Correspondence(ALICE, (BOARD,), NOW, message_id="<0@clinic.example>"))
    assert [tier for tier, _ in seen(index, OUTSIDE[:1])] == [Tier.CHIP]


def test_other_lists_are_left_alone() -> None:
    assert seen(RecipientIndex((ALICE,), ("clinic.example",)), ()) == []
