"""Large octets in pieces: they come back whole, are told of truly, and what became no entry is swept."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.store import pieces
from securemail_desktop.store.database import Database
from securemail_desktop.store.outbox import EntryRow, OutboxTable
from securemail_desktop.store.pieces import Pieces, Writing, Written
from securemail_desktop.store.queue import Seal, open_queue

KEY = bytes(32)


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(pieces, "_PIECE", 10)
    database = open_queue(tmp_path, KEY)
    yield database
    database.close()


def entry(name: str) -> EntryRow:
    return EntryRow(name, "alice@clinic.example", "{}", "", 1.0, 1.0, 0, (), ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.binary(max_size=250), max_size=6))
def test_octets_come_back_whole_whatever_parts_they_came_in(queue: Database, parts: list[bytes]) -> None:
    Pieces(queue).remove_all("e")
    writing = Writing(queue, "e")
    told = writing.put("draft", parts)
    writing.flush()
    whole = b"".join(parts)
    assert told == Written(sha256(whole).hexdigest(), len(whole))
    assert Pieces(queue).read("e", "draft") == whole
    longest = queue.rows("SELECT coalesce(max(length(content)), 0) FROM outbox_piece")[0][0]
    assert longest in range(20), "no piece holds much more than its size"


def test_a_small_message_needs_no_step_of_its_own(queue: Database) -> None:
    writing = Writing(queue, "e")
    writing.put("draft", [b"x" * 79])
    assert not Pieces(queue).has_remains()
    writing.put("sent", [b"x"])
    assert Pieces(queue).has_remains()


def test_what_became_no_entry_is_swept_and_nothing_else(queue: Database) -> None:
    table = OutboxTable(queue, Seal(KEY))
    for name in ("e1", "e2"):
        bodies = table.bodies(name)
        bodies.put_copy(0, [b"x" * 200])
        if name == "e1":
            table.add(entry(name), bodies)
    assert table.has_remains()
    assert table.ids() == ["e1"]
    table.bodies("e3")
    assert not table.has_remains()
    assert table.copy("e1", 0) == b"x" * 200


def test_an_entry_goes_with_all_its_octets(queue: Database) -> None:
    table = OutboxTable(queue, Seal(KEY))
    bodies = table.bodies("e1")
    bodies.put_copy(0, [b"x" * 200])
    table.add(entry("e1"), bodies)
    table.remove("e1")
    assert queue.rows("SELECT count(*) FROM outbox_piece") == [(0,)]
