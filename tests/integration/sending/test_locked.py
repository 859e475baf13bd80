"""A locked session: what was protected goes on, what needs an answer or a draft waits, and the store's key is nowhere."""

import gc
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from unittest.mock import Mock

import pytest

from securemail_desktop.message.address import parse_address
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from securemail_desktop.store import passphrase
from securemail_desktop.store.errors import PassphraseNeeded, StoreBusy, StoreClosed, WrongPassphrase
from securemail_desktop.store.secrets import rewrap
from tests.support.alice import BOB, DORA, HASTY, LAB, PETER, POLICY, Alice, Scene, clear, send
from tests.support.faulty_smtp import Say, Step, at, behave

MID = "<m1@clinic.example>"
AWAY = at(Step.RCPT, Say("450 4.2.1 no"))


class Hours:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


@pytest.fixture
def hours() -> Hours:
    return Hours()


def opened(alice: Alice, hours: Hours) -> Session:
    return Session(alice.data, alice.key_file, HASTY, hours)


def open_files() -> set[str]:
    return {link.readlink().name for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}


def digests(key_file: Path) -> frozenset[str]:
    """Return what the key is known by: looking for it must not keep it."""
    text = key_file.read_text().strip()
    return frozenset({sha256(text.encode()).hexdigest(), sha256(bytes.fromhex(text)).hexdigest()})


def holders(wanted: frozenset[str]) -> list[str]:
    """Return the types of whatever holds the key, of everything that Python can reach."""
    gc.collect()
    pairs = ((thing, held) for thing in gc.get_objects() for held in gc.get_referents(thing) if isinstance(held, (bytes, str)))
    return [type(thing).__name__ for thing, held in pairs if len(held) in {32, 64} and _digest(held) in wanted]


def _digest(held: bytes | str) -> str:
    return sha256(held if isinstance(held, bytes) else held.encode("utf-8", "replace")).hexdigest()


def test_deferred_copies_go_while_it_is_locked(scene: Scene, hours: Hours) -> None:
    alice = scene(AWAY)
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB, DORA, LAB))
        session.lock()
        assert session.under_way() == 1
        alice.server.script = behave
        hours.passed = timedelta(hours=1)
        session.resume()
        assert session.under_way() == 0
        assert alice.server.taken == {(MID, BOB): 1, (MID, DORA): 1, (MID, LAB): 1}
        session.unlock()
        assert session.outbox() == ()
        assert session.journal.verify().problem == ""
        assert sum(b'"phase":"outcome"' in record.record for record in session.journal.records()) == 4, "two copies, each tried twice"


def test_what_waits_for_its_author_waits(scene: Scene, hours: Hours) -> None:
    alice = scene()
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(PETER))
        session.lock()
        hours.passed = timedelta(hours=1)
        session.resume()
        session.unlock()
        [entry] = session.outbox()
        assert (entry.state, entry.needs_author, entry.subject) == (State.HELD, True, "Result")
        assert not alice.server.taken


@pytest.mark.parametrize("change", ["another rule", "broken"])
def test_nothing_goes_under_a_policy_that_no_review_has_seen(scene: Scene, hours: Hours, change: str) -> None:
    alice = scene(AWAY)
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB))
        session.lock()
        alice.server.script = behave
        hours.passed = timedelta(hours=1)
        block = "  - {{id: no, title: No, when: {{phi: true}}, then: {{block: true}}, text: {{en: No.}}}}\n"
        alice.office.write_policy(alice.policy, POLICY + (block if change == "another rule" else "nonsense: {{}}\n"))
        session.resume()
        assert not alice.server.taken
        session.unlock()
        session.resume()
        states = [r.state for e in session.outbox() for r in e.receipts]
        assert states == ([State.HELD] if change == "another rule" else [])


def test_nothing_goes_that_a_review_at_the_lock_objects_to(scene: Scene, hours: Hours) -> None:
    alice = scene(AWAY)
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(LAB))
        alice.office.write_policy(alice.policy, POLICY.replace("gateways: {{partner-lab.example: gateway.clinic.example}}\n", ""))
        session.refresh()
        session.lock()
        alice.server.script = behave
        hours.passed = timedelta(hours=1)
        session.resume()
        assert not alice.server.taken, "it relied on a gateway that is no more"
        session.unlock()


def test_it_is_locked_whatever_fails_on_the_way(scene: Scene, hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = scene(AWAY)
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB))
        with monkeypatch.context() as broken:
            broken.setattr(session._queue.table, "ids", Mock(side_effect=StoreBusy("Another program is using the store.")))
            with pytest.raises(StoreBusy):
                session.lock()
        assert session.locked
        assert holders(digests(alice.key_file)) == []
        alice.server.script = behave
        hours.passed = timedelta(hours=1)
        session.resume()
        assert not alice.server.taken, "nobody looked whether it may go"
        session.unlock()
        session.resume()
        assert alice.server.taken == {(MID, BOB): 1}


def test_a_locked_session_gives_nothing_away(scene: Scene, hours: Hours) -> None:
    alice = scene(AWAY)
    with closing(opened(alice, hours)) as session:
        draft = alice.draft(BOB, PETER)
        review = session.review(draft)
        send(session, draft)
        [entry] = session.outbox()
        vault, people = session.vault, session._store().people
        session.lock()
        asked: tuple[Callable[[], object], ...] = (
            session.outbox,
            lambda: session.review(draft),
            lambda: session.send(review, {}, "window"),
            lambda: session.reopen(entry.id),
            lambda: session.retry(entry.id),
            lambda: session.discard(entry.id),
            lambda: session.contacts("bob"),
            lambda: session.ring,
            lambda: vault.get("password", "clinic"),
            lambda: people.remember([parse_address(BOB)]),
            session.refresh,
        )
        for ask in asked:
            with pytest.raises(StoreClosed, match="unlock"):
                ask()
        session.lock()
        session.unlock()
        session.unlock()
        assert [e.subject for e in session.outbox()] == ["Result"]
        assert session.contacts("bob")


def test_the_key_and_the_files_of_the_store_are_gone(scene: Scene, hours: Hours) -> None:
    alice = scene(AWAY)

    wanted = digests(alice.key_file)
    planted = [bytes.fromhex(alice.key_file.read_text())]
    assert holders(wanted) == ["list"], "the search finds what is there"
    planted.clear()
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB))
        ring = session.ring
        assert ring.identities()
        assert open_files() >= {"store.db", "queue.db", "journal.db"}
        session.lock()
        assert not {name for name in open_files() if name.startswith("store.db")}
        assert "queue.db" in open_files()
        assert holders(wanted) == []
        assert not ring._private, "private keys are forgotten"
        session.unlock()
        assert "store.db" in open_files()


def test_the_queue_holds_no_draft_in_clear_and_no_key_of_the_store(scene: Scene, hours: Hours) -> None:
    alice = scene(AWAY)
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB))
        session.lock()
        tables = ("outbox", "outbox_piece", "outbox_copy", "outbox_recipient")
        everything = [value for table in tables for row in session._queue.database.rows(f"SELECT * FROM {table}") for value in row]
        assert not any(clear(value) for value in everything if isinstance(value, bytes))
        assert session._queue.kept is not None
        assert set(session._queue.kept.secrets) == {("password", "clinic")}


def test_without_waiting_mail_no_password_is_kept(scene: Scene, hours: Hours) -> None:
    alice = scene()
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB))
        session.lock()
        assert session._queue.kept is not None
        assert session._queue.kept.secrets == {}


def test_a_passphrase_is_needed_to_unlock_and_to_start(scene: Scene, hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_COST", 2**10)
    alice = scene()
    key_file = Path(shutil.copy(alice.key_file, alice.folder / "key"))
    key = bytes.fromhex(key_file.read_text())
    rewrap(alice.data, key_file, key, "correct horse")
    with pytest.raises(PassphraseNeeded):
        Session(alice.data, key_file)
    with closing(Session(alice.data, key_file, HASTY, hours, lambda: "correct horse")) as session:
        session.lock()
        assert session.needs_passphrase()
        with pytest.raises(PassphraseNeeded):
            session.unlock("")
        with pytest.raises(WrongPassphrase, match="does not open your mail: try again"):
            session.unlock("battery staple")
        assert session.locked
        session.unlock("correct horse")
        send(session, alice.draft(BOB))
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_journal_that_was_deleted_is_told_of_at_the_next_start(scene: Scene, hours: Hours) -> None:
    alice = scene()
    with closing(opened(alice, hours)) as session:
        send(session, alice.draft(BOB))
    for file in alice.data.glob("journal.db*"):
        file.unlink()
    with closing(opened(alice, hours)) as session:
        assert any("audit journal are missing" in notice for notice in session.notices)
    with closing(opened(alice, hours)) as session:
        assert not any("audit journal are missing" in notice for notice in session.notices)
        assert any("Records were missing" in line for line in session.journal.verify().unproven)
