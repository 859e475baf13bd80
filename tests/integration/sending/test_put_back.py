"""A data file that is put back to an earlier state, or lost, alone: nothing is sent twice, and what is missing is told of."""

import shutil
from pathlib import Path

import pytest

from securemail_desktop.sending.state import State
from securemail_desktop.store.errors import StoreBroken
from tests.support.alice import BOB, DORA, Alice, Scene, send
from tests.support.faulty_smtp import Drop, Step, at, behave

AWAY = at(Step.GREETING, Drop())
ONE, TWO = "<one@clinic.example>", "<two@clinic.example>"


def queue(alice: Alice) -> list[Path]:
    return sorted(alice.data.glob("queue.db*"))


def kept_aside(alice: Alice, folder: Path) -> Path:
    folder.mkdir()
    for path in queue(alice):
        shutil.copy(path, folder)
    return folder


def put_back(alice: Alice, earlier: Path) -> None:
    for path in queue(alice):
        path.unlink()
    for path in earlier.iterdir():
        shutil.copy(path, alice.data)


def test_an_outbox_that_is_put_back_sends_nothing_again(scene: Scene, tmp_path: Path) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(BOB, message_id=ONE))
    earlier = kept_aside(alice, tmp_path / "earlier")
    alice.server.script = behave
    with alice.session() as session:
        session.resume(at_once=True)
        assert session.outbox() == ()
    put_back(alice, earlier)
    with alice.session() as session:
        session.resume(at_once=True)
        assert any("put back to an earlier state" in notice for notice in session.notices)
        [entry] = session.outbox()
        assert entry.state is State.UNKNOWN
        assert session.journal.verify().problem == ""
    assert alice.server.taken == {(ONE, BOB): 1}


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_an_outbox_that_is_lost_is_told_of_once(scene: Scene, how: str) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(BOB, message_id=ONE))
    for path in queue(alice):
        path.unlink()
    if how == "emptied":
        (alice.data / "queue.db").touch(0o600)
    with alice.session() as session:
        assert any("what waited there may be missing" in notice for notice in session.notices)
        assert session.outbox() == ()
        alice.server.script = behave
        send(session, alice.draft(DORA, message_id=TWO))
    with alice.session() as session:
        assert not any("missing" in notice for notice in session.notices)


def test_an_outbox_that_was_only_used_says_nothing(scene: Scene) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(BOB, message_id=ONE))
    with alice.session() as session:
        session.discard(session.outbox()[0].id)
        assert session.notices == ()
    with alice.session() as session:
        assert session.notices == ()


def test_a_store_that_was_emptied_is_not_begun_anew(scene: Scene) -> None:
    alice = scene(AWAY)
    with alice.session() as session:
        send(session, alice.draft(BOB, message_id=ONE))
    for path in alice.data.glob("store.db*"):
        path.write_bytes(b"")
    with pytest.raises(StoreBroken, match="is empty, although it was in use: restore it from a backup"), alice.session():
        pass
    assert (alice.data / "store.db").stat().st_size == 0
    for path in alice.data.glob("store.db*"):
        path.unlink()
    with alice.session() as session:
        assert session.accounts == ()
    assert not alice.server.taken
