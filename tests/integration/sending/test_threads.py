"""Many at once on one store: threads of the window, and programs beside it. Each message is delivered once, and nothing raises."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from securemail_desktop.message.address import parse_address
from securemail_desktop.sending.errors import NotWaiting
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from tests.support.alice import ALICE, BOB, DORA, LAB, PETER, Alice, Office, Scene, clear, send, states
from tests.support.faulty_imap import FaultyImap
from tests.support.faulty_smtp import Fault, Say, Step, at
from tests.support.keys import Peer, put

MID = "<m1@clinic.example>"


def slow(step: Step, sent: str) -> Fault | None:
    """A server that takes its time before it answers for good."""
    if step is Step.CONTENT:
        time.sleep(0.1)
    return None


def all_at_once(*works: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(work) for work in works]:
            future.result()


@pytest.mark.parametrize("program", ["one program", "three programs"])
def test_a_message_that_is_retried_from_everywhere_is_delivered_once(scene: Scene, program: str) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as one, alice.session() as two, alice.session() as three:
        send(one, alice.draft(BOB, DORA))
        [entry] = one.outbox()
        alice.server.script = slow
        sessions = (one, two, three) if program == "three programs" else (one, one, one)
        all_at_once(*(lambda s=s: s.retry(entry.id) for s in sessions), *(s.resume for s in sessions))
        assert one.outbox() == ()
        assert one.journal.verify().problem == ""
    assert alice.server.taken == {(MID, BOB): 1, (MID, DORA): 1}


def test_the_same_message_sent_by_several_at_once_while_the_server_is_busy_is_one_message(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as one, alice.session() as two:
        draft = alice.draft(BOB)
        all_at_once(*(lambda s=s: send(s, draft) for s in (one, two, one, two)))
        assert len(one.outbox()) == 1
        alice.server.script = slow
        one.retry(one.outbox()[0].id)
        assert one.outbox() == ()
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_reopened_draft_that_another_program_delivers_meanwhile(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("550 5.1.1 no"), "dora"))
    with alice.session() as window, alice.session() as other:
        send(window, alice.draft(BOB, DORA))
        [entry] = window.outbox()
        alice.server.script = slow
        draft = window.reopen(entry.id)
        send(other, other.reopen(entry.id))
        assert window.outbox() == ()
        with pytest.raises(NotWaiting):
            send(window, draft)
        assert states(send(window, draft)) == {DORA: State.ACCEPTED}, "it is a message of its own: the author pressed Send twice"
    assert not alice.server.doubled


@pytest.mark.slow
def test_two_programs_send_different_messages_from_one_store(scene: Scene) -> None:
    alice = scene(slow)
    numbers = range(6)

    def work(session: Session, mine: range) -> None:
        for n in mine:
            send(session, alice.draft(BOB, message_id=f"<n{n}@clinic.example>"))

    with alice.session() as one, alice.session() as two:
        all_at_once(lambda: work(one, numbers[::2]), lambda: work(two, numbers[1::2]))
        assert one.outbox() == ()
        assert one.journal.verify().problem == ""
    assert alice.server.taken == {(f"<n{n}@clinic.example>", BOB): 1 for n in numbers}


@contextmanager
def reviewing(session: Session, alice: Alice, *to: str) -> Iterator[list[str]]:
    """Review again and again in a thread of its own while the block runs; yield the verdicts, and raise what it raised."""
    verdicts: list[str] = []
    stop = threading.Event()
    draft = alice.draft(*to, message_id="<typing@clinic.example>")

    def review() -> None:
        while not stop.is_set():
            found = session.review(draft)
            verdicts.append(" ".join(o.method.value for o in found.outlooks))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(review)
        try:
            yield verdicts
        finally:
            stop.set()
        running.result()
    assert len(verdicts) > 3


@pytest.mark.slow
def test_the_author_types_while_everything_else_goes_on(scene: Scene, office: Office) -> None:
    ids = count()
    with FaultyImap(office.certificate) as imap:
        alice = scene(slow, imap_port=imap.port)
        with alice.session() as session, reviewing(session, alice, BOB, LAB, PETER) as verdicts:

            def sending() -> None:
                for _ in range(4):
                    send(session, alice.draft(BOB, LAB, message_id=f"<n{next(ids)}@clinic.example>"))

            def around() -> None:
                for n in range(12):
                    session.remember([parse_address(f"p{n}@hospital.example")])
                    session.refresh()
                    session.outbox()
                    session.contacts("bo")
                    session.learn()
                    session.resume()

            all_at_once(sending, around, around)
        with alice.session() as session:
            assert session.outbox() == ()
            assert session.journal.verify().problem == ""
            assert [f"p{n}@hospital.example" for n in range(12)] == sorted(
                (a.spec for a in session._store().people._contacts.addresses() if re.match(r"p\d", a.local)), key=len
            )
    assert set(verdicts) == {"smime tls none"}, "the same decision in every review"
    assert set(alice.server.taken.values()) == {1}
    assert len(alice.server.taken) == 8
    assert len(imap.filed) == 4


@pytest.mark.slow
def test_keys_of_gnupg_are_read_while_others_use_and_forget_them(scene: Scene, tmp_path: Path) -> None:
    alice, carol = scene(), "carol@practice.example"
    peer = Peer(tmp_path / "peer")
    with alice.session() as session:
        for user in (ALICE.spec, f"Carol <{carol}>"):
            peer.make_key(user)
        put(session.ring, peer.private(peer.fingerprint(ALICE.spec)))
        put(session.ring, peer.public(peer.fingerprint(f"Carol <{carol}>")))
        peer.close()
        with reviewing(session, alice, carol) as verdicts:
            for n in range(3):
                receipts = send(session, alice.draft(carol, message_id=f"<n{n}@clinic.example>"))
                assert states(receipts) == {carol: State.ACCEPTED}
                session.refresh()
    assert set(verdicts) == {"openpgp"}
    assert not any(clear(m.content) for m in alice.server.messages)
