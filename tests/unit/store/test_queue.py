"""The queue's file and its seal: keys of their own, drafts that only the store's key opens, and the move of an outbox of an earlier version."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.errors import StoreClosed, WrongKey
from securemail_desktop.store.former_outbox import has_former_outbox, move_outbox
from securemail_desktop.store.outbox import CopyRow, EntryRow, OutboxTable, RecipientRow
from securemail_desktop.store.queue import Seal, open_queue, queue_path

KEY = b"k" * 32
CHILD = Path(__file__).parents[2] / "support" / "move_child.py"


def entry(name: str) -> EntryRow:
    copies = (CopyRow(0, "smime", "a" * 64),)
    recipients = (
        RecipientRow(0, "bob@hospital.example", "to", "smime", 0, "deferred", "away", outcome="o0"),
        RecipientRow(1, "dan@home.example", "bcc", "none", -1, "held", "no means", outcome="o1", recorded=False),
    )
    return EntryRow(name, "alice@clinic.example", "{}", "i1", 1.0, 2.0, 3, copies, recipients, to_file=True)


DRAFT, SENT, COPY = b"From: alice@clinic.example", b"sent", b"protected"


def add(table: OutboxTable, name: str) -> None:
    bodies = table.bodies(name)
    bodies.put_draft(DRAFT)
    bodies.put_sent([SENT])
    bodies.put_copy(0, [COPY])
    table.add(entry(name), bodies)


def keep_as_before(store: Database, row: EntryRow) -> None:
    """Write an entry as versions before the queue did."""
    store.execute(
        "INSERT INTO outbox (id, draft, record, intent, sent_copy, created, next_attempt, attempts) VALUES (?,?,?,?,?,?,?,?)",
        (row.id, DRAFT, row.record, row.intent, SENT, row.created, row.next_attempt, row.attempts),
    )
    for copy in row.copies:
        store.execute("INSERT INTO outbox_copy VALUES (?,?,?,?,?)", (row.id, copy.number, copy.method, copy.sha256, COPY))
    for r in row.recipients:
        values = (row.id, r.position, r.address, r.field, r.method, r.copy, r.state, r.reason, r.outcome, int(r.recorded))
        store.execute("INSERT INTO outbox_recipient VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", (*values, r.code, r.enhanced, r.queue_id))


def test_the_queue_does_not_open_with_the_key_of_the_store(tmp_path: Path) -> None:
    open_queue(tmp_path, KEY).close()
    with pytest.raises(WrongKey):
        Database(queue_path(tmp_path), KEY)


def test_a_draft_is_sealed_and_bound_to_its_entry(tmp_path: Path) -> None:
    queue, seal = open_queue(tmp_path, KEY), Seal(KEY)
    add(OutboxTable(queue, seal), "e1")
    [(sealed,)] = queue.rows("SELECT content FROM outbox_piece WHERE name = 'draft'")
    assert isinstance(sealed, bytes)
    assert b"alice" not in sealed
    assert seal.open("e1", sealed) == b"From: alice@clinic.example"
    assert seal.open("e2", sealed) == b""
    assert Seal(b"x" * 32).open("e1", sealed) == b""
    queue.close()


def test_without_the_key_everything_but_the_draft_is_there(tmp_path: Path) -> None:
    queue, seal = open_queue(tmp_path, KEY), Seal(KEY)
    table = OutboxTable(queue, seal)
    add(table, "e1")
    seal.forget()
    kept = table.get("e1")
    assert kept is not None
    assert (table.draft("e1"), kept.subject, table.copy("e1", 0), kept.sender) == (None, None, b"protected", "alice@clinic.example")
    with pytest.raises(StoreClosed):
        add(table, "e2")
    seal.renew(KEY)
    assert table.get("e1") == entry("e1")
    queue.close()


def test_a_closed_store_says_that_it_is_locked(tmp_path: Path) -> None:
    store = Database(store_path(tmp_path), KEY)
    store.close()
    for call in (
        lambda: store.rows("SELECT 1"),
        lambda: store.execute("SELECT 1"),
        lambda: store.execute_many("INSERT INTO contacts VALUES (?,?,?,?)", [("a", "b", "c", "d")]),
    ):
        with pytest.raises(StoreClosed, match="unlock it"):
            call()
    store.close()
    store.reopen(KEY)
    assert store.rows("SELECT 1") == [(1,)]
    store.close()


def test_an_outbox_of_an_earlier_version_moves_as_it_was(tmp_path: Path) -> None:
    store, queue = Database(store_path(tmp_path), KEY), open_queue(tmp_path, KEY)
    table = OutboxTable(queue, Seal(KEY))
    keep_as_before(store, entry("e1"))
    assert has_former_outbox(store)
    move_outbox(store, table, lambda _: "alice@clinic.example")
    assert table.get("e1") == entry("e1")
    assert (table.draft("e1"), table.sent_copy("e1"), table.copy("e1", 0)) == (DRAFT, SENT, COPY)
    assert not has_former_outbox(store)
    assert store.rows("SELECT count(*) FROM outbox_copy") == store.rows("SELECT count(*) FROM outbox_recipient") == [(0,)]
    for database in (store, queue):
        database.close()


@pytest.mark.slow
def test_a_move_that_is_killed_at_any_step_loses_and_doubles_nothing(tmp_path: Path) -> None:
    names = ["e1", "e2", "e3"]
    killed, step = True, 0
    while killed:
        step += 1
        data = tmp_path / str(step)
        store = Database(store_path(data), KEY)
        for name in names:
            keep_as_before(store, entry(name))
        store.close()
        command = [sys.executable, str(CHILD), str(data), KEY.hex(), str(step)]
        done = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}, timeout=60)
        assert done.returncode in {0, -signal.SIGKILL}
        killed = done.returncode != 0
        store, queue = Database(store_path(data), KEY), open_queue(data, KEY)
        table = OutboxTable(queue, Seal(KEY))
        there = {str(row[0]) for row in store.rows("SELECT id FROM outbox")} | set(table.ids())
        assert there == set(names), f"lost at step {step}"
        move_outbox(store, table, lambda _: "alice@clinic.example")
        assert [table.get(name) for name in names] == [entry(name) for name in names]
        assert not has_former_outbox(store)
        for database in (store, queue):
            database.close()
    assert step > 12
