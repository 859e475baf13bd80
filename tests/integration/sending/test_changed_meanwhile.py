"""Keys, policy and accounts that change between the author's look and the server: the message waits or goes more safely, never less."""

from contextlib import closing
from datetime import timedelta

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Role
from securemail_desktop.sending.state import State
from securemail_desktop.session.account_book import AccountBook
from securemail_desktop.session.session import Session
from securemail_desktop.store.database import Database, store_path
from tests.support.alice import BOB, DORA, LAB, POLICY, Alice, Scene, clear, send, states
from tests.support.faulty_smtp import Drop, Step, at, behave

AWAY = at(Step.GREETING, Drop())


def give_up(session: Session, address: str) -> None:
    for key in session.keys.all():
        if key.role is Role.OTHER and address in key.addresses:
            session.keys.give_up(key.id)


def test_a_key_that_another_program_gave_up_is_not_used_any_more(scene: Scene) -> None:
    alice = scene()
    with alice.session() as window:
        draft = alice.draft(BOB)
        review = window.review(draft)
        assert review.outlooks[0].method is Method.SMIME
        with alice.session() as command:
            give_up(command, BOB)
        receipts = window.send(review, {}, "window")
        assert states(receipts) == {BOB: State.HELD}
        assert window.review(draft).outlooks[0].method is Method.NONE
    assert not alice.server.taken


def test_a_key_that_is_given_up_while_its_message_waits_is_not_used_any_more(scene: Scene) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        assert states(send(session, alice.draft(BOB, DORA))) == {BOB: State.DEFERRED, DORA: State.DEFERRED}
        give_up(session, BOB)
        alice.server.script = behave
        session.resume(at_once=True)
        [entry] = session.outbox()
        assert states(entry.receipts)[BOB] is State.HELD
        assert "gave up" in entry.reason
    assert {recipient for _, recipient in alice.server.taken} <= {DORA}
    assert not any(clear(m.content) for m in alice.server.messages)


def test_the_key_that_came_in_its_place_is_used_when_its_author_tries_again(scene: Scene) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(DORA))
        give_up(session, DORA)
        alice.server.script = behave
        session.resume(at_once=True)
        [entry] = session.outbox()
        assert states(session.retry(entry.id)) == {DORA: State.HELD}
        key = next(key for key in session.keys.all() if DORA in key.addresses)
        session.keys.accept(key.id)
        assert states(session.retry(entry.id)) == {DORA: State.ACCEPTED}
    assert set(alice.server.taken.values()) == {1}
    assert not any(clear(m.content) for m in alice.server.messages)


def test_a_certificate_that_expires_during_the_hold_holds_the_message(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        review = session.review(alice.draft(BOB))
    with alice.session(later=timedelta(days=20_000)) as session:
        assert states(session.send(review, {}, "cli")) == {BOB: State.HELD}
    assert not alice.server.taken


STRICTER = POLICY.replace("require: transport", "require: message")


@pytest.mark.parametrize("queued", [True, False], ids=["queued", "undo hold"])
def test_a_policy_that_became_stricter_holds_what_only_the_way_protects(scene: Scene, queued: bool) -> None:
    alice = scene(AWAY if queued else behave)
    with alice.session() as session:
        review = session.review(alice.draft(LAB))
        assert review.outlooks[0].method is Method.TLS
        if queued:
            session.send(review, {}, "cli")
        alice.office.write_policy(alice.policy, STRICTER)
        alice.server.script = behave
        if queued:
            session.resume(at_once=True)
        else:
            session.send(review, {}, "cli")
        [entry] = session.outbox()
        assert states(entry.receipts) == {LAB: State.HELD}
    assert not alice.server.taken


def remove_account(alice: Alice) -> None:
    with closing(Database(store_path(alice.data), bytes.fromhex(alice.key_file.read_text().strip()))) as database:
        AccountBook(database).remove("clinic")


def test_a_message_whose_account_was_removed_says_so_and_can_be_given_up(scene: Scene) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(BOB))
    remove_account(alice)
    alice.server.script = behave
    with alice.session() as session:
        session.resume(at_once=True)
        [entry] = session.outbox()
        assert "account" in entry.reason
        assert entry.needs_author
        session.discard(entry.id)
        assert session.outbox() == ()
        assert session.journal.verify().problem == ""
    assert not alice.server.taken


def test_an_account_that_another_program_removed_sends_nothing_any_more(scene: Scene) -> None:
    alice = scene()
    with alice.session() as window:
        review = window.review(alice.draft(BOB))
        remove_account(alice)
        with pytest.raises(Exception, match="No account is set up"):
            window.send(review, {}, "window")
    assert not alice.server.taken


def test_a_message_whose_account_came_back_goes(scene: Scene) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(BOB))
    account = alice.account()
    remove_account(alice)
    alice.server.script = behave
    with alice.session() as session:
        session.resume(at_once=True)
    with closing(Database(store_path(alice.data), bytes.fromhex(alice.key_file.read_text().strip()))) as database:
        AccountBook(database).add(account, "secret")
    with alice.session() as session:
        [entry] = session.outbox()
        session.retry(entry.id)
        assert session.outbox() == ()
    assert set(alice.server.taken.values()) == {1}
