"""All checks together: who is doubted, how loudly, and what is offered."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.check import EVIDENCE, LISTED, _one_loud_each, check_recipients
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.past import CROWD, Past
from tests.support.mailbox import Mailbox

NOTHING = Scan(phi=False, score=0.0, findings=(), terms=())
PATIENT = Scan(phi=True, score=0.9, findings=(), terms=())
MARIA = "maria.lopez@gmail.example"


def mailbox() -> Mailbox:
    box = Mailbox().sent(f"Maria Lopez <{MARIA}>", 6).sent("bob@partner.example, carol@partner.example", 25)
    box.got("Bob Baker <bob@partner.example>", cc="carol@partner.example", message_id="<1@partner.example>")
    return box.sent("Anna Keller <anna.keller@clinic.example>", 4).sent("Ben Stone <desk@northside-clinic.example>", 6)


def checked(box: Mailbox, draft: Draft, scan: Scan = PATIENT) -> Sequence[Concern]:
    return check_recipients(draft, box.index, scan)


def loud(concerns: Sequence[Concern]) -> list[tuple[str, str]]:
    return [(c.check, c.recipient) for c in concerns if c.tier is not Tier.CHIP]


@pytest.mark.parametrize("scan", [NOTHING, PATIENT])
def test_a_sure_typo_interrupts_and_names_the_right_one(scan: Scan) -> None:
    box = mailbox()
    worst = checked(box, box.draft("maria.lopez@gmial.example"), scan)[0]
    assert (worst.check, worst.tier, worst.recipient) == ("lookalike", Tier.SHEET, "maria.lopez@gmial.example")
    assert worst.message.startswith(f"You have never written to maria.lopez@gmial.example; you often write to {MARIA}")
    assert worst.suggestion == MARIA
    assert worst.choices == ("keep", f"replace:{MARIA}", "remove")


@pytest.mark.parametrize(
    ("to", "text"),
    [
        (MARIA, "Hi Maria,\nhere it is"),
        ("bob@partner.example, carol@partner.example", ""),
        ("anna.keller@clinic.example", "Dear Dr. Keller,\n"),
        ("anna.keller@clinic.example", "Hi all,\n"),
        ("somebody@new.example", ""),
    ],
)
def test_ordinary_mail_is_left_alone(to: str, text: str) -> None:
    box = mailbox()
    assert loud(checked(box, box.draft(to, text))) == []


def test_a_new_address_outside_is_a_chip() -> None:
    box = mailbox()
    found = checked(box, box.draft("somebody@new.example"))
    assert {(c.check, c.tier) for c in found} == {("first-contact", Tier.CHIP), ("outside", Tier.CHIP)}


def test_the_reply_to_all_is_silent_even_for_people_never_written_to() -> None:
    box = Mailbox().got("dora@new.example", cc="emil@other.example", message_id="<9@new.example>")
    found = checked(box, box.draft("dora@new.example, emil@other.example", answers="<9@new.example>"))
    assert loud(found) == []


def test_added_in_reply_with_a_new_domain() -> None:
    box = mailbox()
    found = checked(box, box.draft(f"bob@partner.example, {MARIA}", answers="<1@partner.example>"))
    assert ("added-in-reply", MARIA) in loud(found)


def test_a_reply_whose_parent_is_unknown_accuses_nobody() -> None:
    box = mailbox()
    assert loud(checked(box, box.draft("anna.keller@clinic.example", answers="<unknown@x>"))) == []


def test_the_greeting_names_somebody_else() -> None:
    box = mailbox()
    worst = checked(box, box.draft("bob@partner.example", "Dear Anna,\nyour result"))[0]
    assert (worst.check, worst.suggestion) == ("greeting", "anna.keller@clinic.example")
    assert "bob@partner.example" in worst.message


def test_two_clinics_of_one_name() -> None:
    box = mailbox()
    worst = checked(box, box.draft("desk@northside-hospital.example"))[0]
    assert worst.suggestion == "desk@northside-clinic.example"
    assert worst.tier <= Tier.BAR


def test_the_odd_one_out() -> None:
    box = mailbox()
    assert ("odd-one-out", MARIA) in loud(checked(box, box.draft(f"bob@partner.example, carol@partner.example, {MARIA}")))


def test_mixed_alphabets() -> None:
    box = mailbox()
    worst = checked(box, box.draft("x@unknоwn.example"))[0]  # Cyrillic o
    assert (worst.check, worst.tier) == ("lookalike", Tier.SHEET)
    assert "xn--" in worst.message
    assert worst.suggestion == ""


def test_mixed_alphabets_that_look_like_a_known_address() -> None:
    box = mailbox()
    worst = checked(box, box.draft("maria.lopez@gmаil.example"), NOTHING)[0]  # Cyrillic a
    assert (worst.tier, worst.suggestion) == (Tier.SHEET, MARIA)


def test_a_mistyped_provider() -> None:
    box = mailbox()
    worst = checked(box, box.draft("new.person@gmial.com"))[0]
    assert worst.suggestion == "new.person@gmail.com"
    assert worst.tier is Tier.SHEET


def test_the_order_of_recipients_does_not_matter() -> None:
    box = mailbox()
    people = ["maria.lopez@gmial.example", "bob@partner.example", "new@other.example"]
    one, other = (checked(box, box.draft(", ".join(order))) for order in (people, people[::-1]))
    assert {(c.check, c.recipient, c.tier) for c in one} == {(c.check, c.recipient, c.tier) for c in other}


def test_one_loud_concern_a_recipient_and_the_worst_first() -> None:
    box = mailbox()
    found = checked(box, box.draft("maria.lopez@gmial.example, bob@partner.example, carol@partner.example"))
    recipients = [recipient for _, recipient in loud(found)]
    assert len(recipients) == len(set(recipients))
    assert [c.tier for c in found] == sorted(c.tier for c in found)


def test_what_is_said_of_the_whole_message_has_the_weight_of_its_evidence() -> None:
    box = mailbox()
    (bulk,) = [c for c in checked(box, circular(box)) if c.check == "bulk"]
    assert (bulk.tier, bulk.recipient) == (Tier.BAR, "")
    assert bulk.risk >= EVIDENCE


def test_each_check_of_the_whole_message_is_heard_and_each_but_once() -> None:
    one, again, other = (Concern(name, Tier.BAR, "", name, ("keep",), risk=0.6) for name in ("bulk", "bulk", "named-absent"))
    assert [c.tier for c in _one_loud_each([one, again, other])] == [Tier.BAR, Tier.CHIP, Tier.BAR]


def test_oneself_is_no_concern() -> None:
    box = mailbox()
    assert checked(box, box.draft("alice@hospital.example")) == ()


def test_a_known_name_at_a_strange_address() -> None:
    box = mailbox()
    found = checked(box, box.draft("Anna Keller <x97@other.example>"))
    worst = next(c for c in found if c.check == "display-name")
    assert (worst.suggestion, worst.tier <= Tier.BAR) == ("anna.keller@clinic.example", True)


@pytest.mark.parametrize("to", ["Anna Keller <akeller@home.example>", "Anna Keller <ak@clinic.example>", "Zoe Quist <x97@other.example>"])
def test_a_second_address_of_a_known_person_is_no_forgery(to: str) -> None:
    box = mailbox()
    assert "display-name" not in {c.check for c in checked(box, box.draft(to))}


def test_bulk_mail_offers_bcc() -> None:
    box = mailbox()
    found = checked(box, box.draft(", ".join(f"p{i}q@family{i}.example" for i in range(6))))
    assert [(c.tier, c.choices) for c in found if c.check == "bulk"] == [(Tier.BAR, ("keep", "bcc"))]


@pytest.mark.parametrize("count", [1, 4])
def test_few_people_are_no_bulk_mail(count: int) -> None:
    box = mailbox()
    assert "bulk" not in {c.check for c in checked(box, box.draft(", ".join(f"p{i}q@family{i}.example" for i in range(count))))}


def test_a_group_that_was_written_to_is_no_bulk_mail() -> None:
    group = ", ".join(f"p{i}q@family{i}.example" for i in range(6))
    box = mailbox().sent(group)
    assert "bulk" not in {c.check for c in checked(box, box.draft(group))}


def test_two_organisations_that_never_met() -> None:
    box = mailbox()
    found = checked(box, box.draft("bob@partner.example, anna.keller@clinic.example"))
    assert [c.tier for c in found if c.check == "outside-together"] == [Tier.CHIP]
    box.sent("bob@partner.example, anna.keller@clinic.example")
    again = checked(box, box.draft("bob@partner.example, anna.keller@clinic.example"))
    assert "outside-together" not in {c.check for c in again}


NAMES = ("bernd", "carla", "doris", "egon", "fatima", "gustav", "hikaru", "ioana")


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True),
    st.lists(st.sampled_from(NAMES), max_size=4, unique=True),
    st.randoms(),
)
@settings(max_examples=40, deadline=None)
def test_a_clean_reply_to_all_never_interrupts(people: list[str], known: list[str], dice: Random) -> None:
    addresses = {name: f"{name}@{name[::-1]}.example" for name in NAMES}
    box = mailbox()
    for name in known:
        box.sent(addresses[name], dice.randrange(1, 4))
    author, *copied = [addresses[name] for name in people]
    box.got(author, cc=", ".join(copied), message_id="<all@x.example>")
    to = [author, *copied]
    dice.shuffle(to)
    assert all(c.tier is not Tier.SHEET for c in checked(box, box.draft(", ".join(to), answers="<all@x.example>")))


def circular(box: Mailbox, *others: str, text: str = "") -> Draft:
    return box.draft(", ".join([*(f"p{n}@d{n % 7}.example" for n in range(LISTED)), *others]), text)


def test_in_a_long_list_each_recipient_is_still_checked() -> None:
    box = mailbox()
    found = checked(box, circular(box, "maria.lopez@gmial.example", "anna.keller@clinic.example"))
    assert [(c.check, c.tier) for c in found if c.recipient == "maria.lopez@gmial.example" and c.tier is not Tier.CHIP] == [
        ("lookalike", Tier.SHEET)
    ]
    assert {c.check for c in found if c.recipient == "p7@d0.example"} == {"first-contact", "outside"}
    assert [c.check for c in found if c.recipient == "anna.keller@clinic.example"] == ["outside"]
    assert [c.check for c in found if not c.recipient] == ["bulk"]


def test_a_long_list_is_not_weighed_one_against_the_other() -> None:
    box = mailbox().sent("x@y.example", 30)
    loud_ones = [c for c in checked(box, circular(box)) if c.recipient and c.tier is not Tier.CHIP]
    assert loud_ones == []


def test_who_stood_in_one_circular_did_not_stand_together() -> None:
    small, large = (Mailbox().sent(", ".join(f"p{n}@d{n}.example" for n in range(size))) for size in (CROWD - 1, CROWD))
    company = [len(Past(box.index, 1 << 40).company(1).shared) for box in (small, large)]
    assert company == [CROWD, 0]


def test_an_invitation_that_names_others_says_so() -> None:
    box = mailbox()
    content = b"ATTENDEE:mailto:bob@partner.example\r\nATTENDEE:mailto:carol@partner.example\r\nORGANIZER:mailto:alice@hospital.example\r\n"
    draft = replace(box.draft("bob@partner.example"), attachments=(Attachment("", "text/calendar; method=REQUEST", content),))
    (found,) = [c for c in checked(box, draft) if c.check == "invited"]
    assert found.message == "The invitation also names carol@partner.example, to whom this message does not go."
    assert "invited" not in {
        c.check for c in checked(box, replace(draft, recipients=box.draft("bob@partner.example, carol@partner.example").recipients))
    }


def test_what_is_true_of_most_recipients_carries_no_doubt_that_its_words_do_not_give() -> None:
    box = mailbox()
    for to in (f"{MARIA}, bob@partner.example", f"{MARIA}, bob@partner.example, desk@northside-clinic.example"):
        outside = [c for c in checked(box, box.draft(to)) if c.check == "outside" and c.tier is Tier.CHIP]
        assert outside
        assert {c.risk for c in outside} <= {0.01}
