"""The disk is full at every write of a send, or takes no writes at all: nothing is lost, nothing is doubled, the author reads why."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from securemail_desktop.audit.journal import JournalError
from securemail_desktop.sending.state import OutboxEntry, Receipt, State
from securemail_desktop.session.session import Session
from securemail_desktop.store.errors import StoreBroken, StoreError, StoreFull
from tests.support.alice import BOB, LAB, PETER, Alice, Scene, clear, one_sentence, send
from tests.support.faulty_smtp import Say, Step, at, behave
from tests.support.small_disk import SmallDisk, small_disk

MID = "<m1@clinic.example>"
PAGE = 4096
FINAL = {State.ACCEPTED, State.HELD, State.UNKNOWN}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("only the superuser can mount a small disk")
        yield disk


def move(alice: Alice, what: str, disk: SmallDisk) -> None:
    """Put the whole data folder, or one of its files, on the small disk."""
    with alice.session():
        pass  # everything that is written once is there
    if what == "data":
        alice.data = Path(shutil.move(alice.data, disk.folder / "data"))
    else:
        shutil.move(alice.data / what, disk.folder / what)
        (alice.data / what).symlink_to(disk.folder / what)


def spoken(receipts: tuple[Receipt, ...]) -> None:
    for receipt in receipts:
        if receipt.state in {State.READY, State.DEFERRED}:
            one_sentence(receipt.reason)
            assert receipt.reason.endswith("free some space and try again.")


def spoken_by(error: Exception) -> None:
    assert "disk" in one_sentence(str(error))
    assert "try again" in str(error)


def attempt(alice: Alice) -> str:
    """Send on a full disk; return what was known then: "kept" in the outbox, or "the author's" draft still."""
    try:
        with alice.session() as session:
            receipts = send(session, alice.draft(BOB, LAB, PETER))
            assert len(session.outbox()) == 1
            spoken(receipts)
            return "kept"
    except (StoreFull, JournalError) as error:
        spoken_by(error)
        return "the author's"


def recover(alice: Alice, session: Session, kept: str) -> OutboxEntry:
    session.resume()
    if kept == "the author's":
        assert session.outbox() == ()
        send(session, alice.draft(BOB, LAB, PETER))
    [entry] = session.outbox()
    states = {r.recipient.address.spec: r.state for r in entry.receipts}
    assert set(states.values()) <= FINAL
    assert states[PETER] is State.HELD
    for who in (BOB, LAB):
        taken = alice.server.taken[MID, who]
        assert taken == 1 if states[who] is State.ACCEPTED else taken <= 1
    assert session.journal.verify().problem == ""
    return entry


@pytest.mark.slow
@pytest.mark.parametrize("when", ["while it runs", "before it starts"])
@pytest.mark.parametrize("what", ["data", "queue.db", "journal.db"])
def test_a_full_disk_at_every_write(scene: Scene, disk: SmallDisk, what: str, when: str) -> None:
    alice = scene()
    pristine = shutil.copytree(alice.data, alice.folder / "pristine")
    seen = set()
    for left in range(0, 56 * PAGE, PAGE if when == "while it runs" else 2 * PAGE):
        alice.server.taken.clear()
        alice.server.messages.clear()
        alice.data = Path(shutil.copytree(pristine, alice.folder / f"data-{left}"))
        move(alice, what, disk)
        if when == "before it starts":
            disk.fill(left)
            kept = attempt(alice)
        else:
            with alice.session():  # a second program: the files that a start needs are there
                disk.fill(left)
                kept = attempt(alice)
        disk.free()
        with alice.session() as session:
            entry = recover(alice, session, kept)
            seen.add((kept, entry.state))
            doubtful = [r for r in entry.receipts if r.state is State.UNKNOWN]
            assert len(doubtful) <= 1, "nothing is handed over after the first step that could not be made durable"
        assert not any(clear(m.content) for m in alice.server.messages if BOB in m.recipients)
        for path in (disk.folder / "data", *disk.folder.glob("*.db*")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    assert ("kept", State.HELD) in seen, "the last ones had room enough"
    if what != "journal.db":
        assert ("the author's", State.HELD) in seen
        assert ("kept", State.UNKNOWN) in seen or when == "before it starts"


def test_a_full_disk_keeps_the_message_and_its_reason(scene: Scene, disk: SmallDisk) -> None:
    alice = scene()
    move(alice, "journal.db", disk)
    with alice.session() as session:
        disk.fill(0)
        receipts = send(session, alice.draft(BOB))
        assert [(r.state, r.reason) for r in receipts] == [
            (State.READY, "The disk is full, so the audit journal cannot be written; free some space and try again.")
        ]
        assert not alice.server.taken, "nothing is sent without its audit record"
        disk.free()
        session.retry(session.outbox()[0].id)
        assert session.outbox() == ()
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_full_store_leaves_the_draft_with_its_author(scene: Scene, disk: SmallDisk) -> None:
    alice = scene()
    move(alice, "queue.db", disk)
    with alice.session() as session:
        disk.fill(0)
        with pytest.raises(StoreFull) as raised:
            send(session, alice.draft(BOB))
        assert one_sentence(str(raised.value)) == f"The disk with {alice.data} is full, nothing was changed: free some space and try again."
        assert session.outbox() == ()
        assert not alice.server.taken
        disk.free()
        send(session, alice.draft(BOB))
    assert alice.server.taken == {(MID, BOB): 1}


def test_learning_that_finds_no_room_does_not_make_a_sent_message_an_error(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = scene()
    with alice.session() as session:

        def full(_rows: object) -> None:
            raise StoreFull("The disk is full.")

        monkeypatch.setattr(session._opened.people._contacts, "save_index", full)
        assert [r.state for r in send(session, alice.draft(BOB))] == [State.ACCEPTED]


def test_a_read_only_data_folder(scene: Scene, disk: SmallDisk) -> None:
    alice = scene()
    move(alice, "data", disk)
    disk.read_only(True)
    with pytest.raises(StoreBroken) as raised, alice.session():
        pass
    assert "check the permissions of its folder" in one_sentence(str(raised.value))
    disk.read_only(False)
    with alice.session() as session:
        send(session, alice.draft(BOB))
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_store_that_becomes_read_only(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        session._queue.database.execute("PRAGMA query_only = 1")
        with pytest.raises(StoreBroken) as raised:
            send(session, alice.draft(BOB))
        assert "give yourself the right to write it" in one_sentence(str(raised.value))
        assert not alice.server.connections
        session._queue.database.execute("PRAGMA query_only = 0")
        send(session, alice.draft(BOB))
    assert alice.server.taken == {(MID, BOB): 1}


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Let the superuser be nobody for a while: to him nothing is forbidden."""
    us = os.geteuid()
    if us == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(us)


def test_a_folder_that_is_not_ours(scene: Scene) -> None:
    alice = scene()
    alice.data.chmod(0o500)
    try:
        with as_somebody_else(), pytest.raises(StoreError) as raised, alice.session():
            pass
        assert "check the permissions of its folder" in one_sentence(str(raised.value))
    finally:
        alice.data.chmod(0o700)


@pytest.mark.parametrize("pages", [0, 3])
def test_a_store_that_may_not_grow(scene: Scene, pages: int) -> None:
    """The same as the full disk, where nothing can be mounted: the store is at its largest size."""
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as session:
        count = int(str(session._queue.database.rows("PRAGMA page_count")[0][0]))
        session._queue.database.rows(f"PRAGMA max_page_count = {count + pages}")
        big = alice.draft(BOB, text="x" * 60_000 + "\n")
        with pytest.raises(StoreFull) as raised:
            send(session, big)
        assert one_sentence(str(raised.value)).endswith("free some space and try again.")
        assert session.outbox() == ()
        assert not alice.server.connections
        session._queue.database.rows("PRAGMA max_page_count = 1000000")
        send(session, big)
        alice.server.script = behave
        session.retry(session.outbox()[0].id)
    assert alice.server.taken == {(MID, BOB): 1}
