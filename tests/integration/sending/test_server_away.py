"""The submission server is away while several messages wait: it is looked for once a round, and soon after it is back everything goes."""

from datetime import timedelta

import pytest

from securemail_desktop.sending.state import State
from tests.support.alice import BOB, DORA, Scene, send
from tests.support.faulty_smtp import Drop, Say, Script, Step, at, behave

COUNT = 5


GONE = at(Step.GREETING, Drop())
REFUSED = at(Step.AUTH, Say("535 5.7.8 no"))


@pytest.mark.parametrize("script", [GONE, REFUSED], ids=["gone", "sign-in refused"])
def test_one_round_asks_a_server_once_however_many_messages_wait(scene: Scene, script: Script) -> None:
    alice = scene(script)
    with alice.session() as session:
        for number in range(COUNT):
            send(session, alice.draft(BOB, DORA, message_id=f"<m{number}@clinic.example>"))
        before = alice.server.connections
        session.resume(at_once=True)
        assert alice.server.connections == before + 1
        assert [entry.state for entry in session.outbox()] == [State.DEFERRED] * COUNT
        alice.server.script = behave
        session.resume(at_once=True)
        assert session.outbox() == ()
    assert sorted(alice.server.taken.values()) == [1] * (2 * COUNT)


def test_what_waited_for_hours_goes_within_a_minute_of_the_return(scene: Scene) -> None:
    alice = scene(GONE)
    with alice.session() as session:
        send(session, alice.draft(BOB))
    for minutes in range(1, 180, 20):
        with alice.session(timedelta(minutes=minutes)) as session:
            session.resume()
    alice.server.script = behave
    with alice.session(timedelta(minutes=182)) as session:
        session.resume()
        assert session.outbox() == ()
        acts = [str(r.record).split('"out":"')[1].split('"')[0] for r in session.journal.records() if b'"act":"send"' in r.record]
    assert (acts[:2], acts[-1]) == (["intent", "deferred"], "accepted")
    assert len(acts) <= 5, (
        "a server that stays away is one outcome, however often it is looked for; a busy machine may find another reason once"
    )


def test_a_refused_sign_in_is_tried_ever_later(scene: Scene) -> None:
    alice = scene(REFUSED)
    with alice.session() as session:
        send(session, alice.draft(BOB))
    before = alice.server.connections
    for minutes in range(1, 60):
        with alice.session(timedelta(minutes=minutes)) as session:
            session.resume()
    assert alice.server.connections - before <= 10  # of 59; four, and more where a busy machine runs out of time


def test_a_message_whose_line_breaks_keeps_no_other_one_back(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Drop(), containing=DORA))
    with alice.session() as session:
        send(session, alice.draft(DORA, message_id="<breaks@clinic.example>"))
        alice.server.script = at(Step.RCPT, Drop())
        send(session, alice.draft(BOB, message_id="<waits@clinic.example>"))
        alice.server.script = at(Step.RCPT, Drop(), containing=DORA)
        session.resume(at_once=True)
        [left] = session.outbox()
        assert left.receipts[0].recipient.address.spec == DORA
