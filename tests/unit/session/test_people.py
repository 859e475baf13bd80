"""What the session learns of correspondents, and keeps: little by little, and beside another program on the same store."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.accounts.protocol import Header
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.flags import NO_FLAGS
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients import added_in_reply
from securemail_desktop.recipients.index import MESSAGE, PERSON, Correspondence, Row
from securemail_desktop.recipients.log import buckets
from securemail_desktop.recipients.told import NOTHING
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.session.people import People
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreFull
from tests.support.send_path import ALICE, NOW, draft_to, to

BOB, CAROL = "bob@hospital.example", "carol@practice.example"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "store.db", bytes(32))) as opened:
        yield opened


def people(database: Database) -> People:
    opened = People(Contacts(database))
    opened.refresh([ALICE], ["clinic.example"])
    return opened


def send(opened: People, number: int, *addresses: str, subject: str = "", text: str = "") -> Draft:
    draft = replace(draft_to(*to(*addresses)), message_id=f"<{number}@clinic.example>", subject=subject, text=text)
    opened.learn_sent(draft, tuple(Receipt(r, Method.SMIME, State.ACCEPTED, "") for r in draft.recipients), draft.date)
    return draft


def sent(opened: People, address: str) -> int:
    person = opened._index.person(parse_address(address).key)
    return person.sent if person else 0


def test_a_send_writes_only_what_is_new(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = people(database)
    for number in range(5):
        send(opened, number, BOB)
    written: list[Row] = []
    monkeypatch.setattr(Contacts, "save_index", lambda _, rows: written.extend(rows))
    send(opened, 6, BOB, CAROL)
    assert [row[:2] for row in written] == [(PERSON, 2), (MESSAGE, 5)]


def test_what_was_learned_is_there_after_a_restart(database: Database) -> None:
    opened = people(database)
    send(opened, 1, BOB)
    send(opened, 2, BOB, CAROL)
    again = people(database)
    assert (sent(again, BOB), sent(again, CAROL)) == (2, 1)
    assert list(again._index.rows()) == list(opened._index.rows())


@pytest.mark.parametrize(("cc", "doubted"), [(f"Bob <{BOB}>, Carol <{CAROL}>", []), ("", [CAROL]), (f"{CAROL}, cut of", [CAROL])])
def test_who_had_a_copy_of_what_is_answered_was_in_the_conversation(database: Database, cc: str, doubted: list[str]) -> None:
    opened = people(database)
    opened.learn_rows([Header(1, BOB, ALICE.spec, "Referral", NOW, "<r@x.example>", NO_FLAGS, 900, cc=cc)])
    answer = replace(draft_to(*to(BOB, CAROL)), in_reply_to="<r@x.example>")
    concerns = opened.concerns(answer, Scan(phi=False, score=0.0, findings=(), terms=()), (), NOTHING)
    assert [c.recipient for c in concerns if c.check == added_in_reply.NAME] == doubted


def test_two_programs_on_one_store_keep_what_the_other_learned(database: Database, tmp_path: Path) -> None:
    with closing(Database(tmp_path / "store.db", bytes(32))) as other_store:
        mine, other = people(database), people(other_store)
        send(mine, 1, BOB)
        send(other, 2, CAROL)
        send(mine, 3, CAROL, BOB)
        assert (sent(other, BOB), sent(other, CAROL)) == (1, 1)
        assert (sent(mine, BOB), sent(mine, CAROL)) == (2, 2)
    assert (sent(people(database), BOB), sent(people(database), CAROL)) == (2, 2)


def test_a_name_that_is_learned_later_is_kept(database: Database) -> None:
    opened = people(database)
    send(opened, 1, BOB)
    send(opened, 2, f"Bob Baker <{BOB}>")
    person = people(database)._index.person(BOB)
    assert person is not None
    assert person.name == "Bob Baker"


def test_what_could_not_be_kept_is_kept_the_next_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = people(database)
    with monkeypatch.context() as patch:
        patch.setattr(Contacts, "save_index", fail)
        send(opened, 1, BOB)
    send(opened, 2, CAROL)
    assert (sent(people(database), BOB), sent(people(database), CAROL)) == (1, 1)


def fail(*_: object) -> None:
    raise StoreFull("The disk is full.")


def test_the_words_of_the_author_are_learned_and_not_what_he_quotes(database: Database) -> None:
    opened = people(database)
    send(opened, 1, BOB, subject="Potassium", text="Please call the ward.\n\nBob wrote:\n> canary sentence\n")
    assert set(opened._index.log.words(0)) >= set(buckets("Potassium", "Please call the ward"))
    assert not set(opened._index.log.words(0)) & set(buckets("", "canary sentence"))


def test_idle_time_replays_what_was_sent(database: Database) -> None:
    opened = people(database)
    for number in range(3):
        send(opened, number, BOB)
    opened.prepare()
    assert sorted(opened._index.replayed) == [0, 1, 2]


def test_contacts_of_the_address_book_are_numbered_once(database: Database) -> None:
    opened = people(database)
    opened.remember([parse_address(CAROL)])
    opened.refresh([ALICE], ["clinic.example"])
    send(opened, 1, BOB)
    again = people(database)
    assert list(again._index.rows()) == list(opened._index.rows())


def test_a_mailbox_that_does_not_exist_is_remembered_until_it_takes_a_message(database: Database) -> None:
    opened = people(database)
    draft = send(opened, 1, BOB)
    bounced = tuple(Receipt(r, Method.SMIME, State.REFUSED, "", no_mailbox=True) for r in draft.recipients)
    opened.learn_sent(replace(draft, message_id="<2@clinic.example>"), bounced, draft.date)
    again = people(database)
    person = again._index.person(parse_address(BOB).key)
    assert person is not None
    assert (person.sent, person.refused) == (1, int(draft.date.timestamp()))


def test_a_name_is_its_owners_when_he_wrote_first_under_it(database: Database) -> None:
    opened = people(database)
    educator = parse_address('"Mary Jones, Diabetes Educator" <mary@hospital.example>')
    assert not opened.calls_himself(educator)
    opened._learn([Correspondence(educator, (ALICE,), NOW, message_id="<9@hospital.example>")])
    assert opened.calls_himself(educator)
    assert not opened.calls_himself(replace(educator, name="Mary Jones, diabetic foot"))


def test_a_name_that_was_given_here_is_not_its_owners(database: Database) -> None:
    opened = people(database)
    telling = '"John Smith diabetic foot" <john@mail.example>'
    send(opened, 1, telling)
    opened._learn([Correspondence(parse_address("John Smith <john@mail.example>"), (ALICE,), NOW, message_id="<9@mail.example>")])
    assert not opened.calls_himself(parse_address(telling))


def test_the_rows_are_read_at_the_first_question_only(database: Database) -> None:
    opened = people(database)
    assert opened._known is None
    assert opened.completions("nobody", NOW) == ()
    assert opened._known is not None
