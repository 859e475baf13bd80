"""The index: what it learns, what it forgets, and that its rows give it back."""

from securemail_desktop.message.address import parse_address
from securemail_desktop.recipients.index import Correspondence, RecipientIndex
from securemail_desktop.recipients.log import buckets
from securemail_desktop.recipients.past import Past
from tests.support.mailbox import ALICE, START, Mailbox

BOB = "bob@partner.example"


def test_counts_what_was_sent_and_received() -> None:
    index = Mailbox().sent(BOB, 3).got(BOB, times=2).got("carol@partner.example", cc=BOB).index
    person = index.person(BOB)
    assert person is not None
    assert (person.sent, person.received, len(person.beside)) == (3, 2, 1)


def test_a_message_is_counted_once() -> None:
    index = Mailbox().sent(BOB, message_id="<1@x>").sent(BOB, message_id="<1@x>").index
    person = index.person(BOB)
    assert person is not None
    assert person.sent == 1


def test_an_unseen_address_is_nobody() -> None:
    assert Mailbox().index.person(BOB) is None


def test_somebody_beside_the_user_is_seen_but_not_known() -> None:
    person = Mailbox().got("carol@partner.example", cc=BOB).index.person(BOB)
    assert person is not None
    assert not person.known


def test_contacts_are_known_without_mail() -> None:
    box = Mailbox()
    box.index.add_contacts([parse_address("Bob <bob@partner.example>")])
    person = box.index.person(BOB)
    assert person is not None
    assert (person.known, person.name, person.sent) == (True, "Bob", 0)


def test_the_thread_names_everybody_in_the_conversation() -> None:
    box = Mailbox().sent("dora@partner.example", message_id="<1@x>").got(BOB, cc="carol@partner.example", message_id="<2@x>")
    thread = box.index.thread("<2@x>", ("<1@x>", "<2@x>"))
    assert thread.known
    assert thread.author == BOB
    assert thread.parent == {BOB, ALICE.key, "carol@partner.example"}
    assert thread.people == {BOB, ALICE.key, "carol@partner.example", "dora@partner.example"}


def test_an_unknown_parent_gives_no_thread() -> None:
    assert not Mailbox().sent(BOB, message_id="<1@x>").index.thread("<other@x>").known
    assert not Mailbox().index.thread("").known


def test_inside_are_the_domains_and_what_is_below_them() -> None:
    index = Mailbox().index
    assert [index.is_inside(d) for d in ("hospital.example", "er.hospital.example", "nothospital.example")] == [True, True, False]


def test_rows_give_the_index_back() -> None:
    box = Mailbox().sent(f"Bob <{BOB}>", 2, message_id="").got("Carol Díaz <carol@partner.example>", cc=BOB, message_id="<2@x>")
    box.index.add_contacts([parse_address("dora@clinic.example")])
    rows = list(box.index.rows())
    again = RecipientIndex.from_rows((ALICE,), ("hospital.example",), rows)
    assert list(again.rows()) == rows
    assert again.thread("<2@x>") == box.index.thread("<2@x>")
    one, other = again.person(BOB), box.index.person(BOB)
    assert one is not None
    assert other is not None
    assert (one.written, one.heard, one.beside) == (other.written, other.heard, other.beside)
    assert [s.person.key for s in again.similar(parse_address("bbo@partner.example"))] == [BOB]


def test_rows_hold_no_message_id() -> None:
    rows = list(Mailbox().sent(BOB, message_id="<canary@x>").index.rows())
    assert "canary" not in repr(rows)


def test_rows_hold_no_word_of_a_message() -> None:
    index = RecipientIndex((ALICE,), ())
    index.learn_sent(Correspondence(ALICE, (parse_address(BOB),), START, message_id="<1@x>", subject="canary one", text="canary two"))
    assert "canary" not in repr(list(index.rows()))


def test_what_was_learned_again_after_rows_is_still_counted_once() -> None:
    rows = Mailbox().sent(BOB, message_id="<1@x>").index.rows()
    box = Mailbox()
    box.index = RecipientIndex.from_rows((ALICE,), (), rows)
    person = box.sent(BOB, message_id="<1@x>").index.person(BOB)
    assert person is not None
    assert person.sent == 1


def test_company_counts_shared_messages() -> None:
    box = Mailbox().sent(f"{BOB}, carol@partner.example", 2).sent(BOB)
    past = Past(box.index, int(box.now.timestamp()))
    bob, carol = box.index.person(BOB), box.index.person("carol@partner.example")
    assert bob is not None
    assert carol is not None
    assert (past.company(bob.number).messages, past.company(bob.number).shared[carol.number]) == (3, 2)


def test_the_past_does_not_know_what_came_after() -> None:
    box = Mailbox().sent(BOB, 3).sent("carol@partner.example")
    bob, carol = box.index.person(BOB), box.index.person("carol@partner.example")
    assert bob is not None
    assert carol is not None
    past = Past(box.index, int(box.now.timestamp()), before=2)
    assert (past.count(bob.written), past.messages_sent, past.known(carol)) == (2, 2, False)
    assert past.company(bob.number).messages == 2


def test_messages_of_the_same_words_are_near() -> None:
    index = RecipientIndex((ALICE,), ())
    for number, (to, subject) in enumerate(
        [(BOB, "Roster for the night shift"), ("carol@partner.example", "Invoice overdue"), ("dora@x.example", "Lunch")]
    ):
        index.learn_sent(Correspondence(ALICE, (parse_address(to),), START, message_id=f"<{number}@x>", subject=subject))
    near = Past(index, int(START.timestamp())).neighbours(buckets("Re: roster of the night shift", ""))
    assert [n.position for n in near][:1] == [0]
    assert 0.5 < near[0].likeness <= 1


def test_rows_of_an_older_form_are_left_out() -> None:
    rows = [("person", "bob", "partner.example", "Bob", 1, 0, 0, 0, 0, 0), *Mailbox().sent("carol@partner.example").index.rows()]
    index = RecipientIndex.from_rows((ALICE,), (), rows)
    assert index.person(BOB) is None
    assert index.person("carol@partner.example") is not None
