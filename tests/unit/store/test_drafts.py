from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.store.database import Database
from securemail_desktop.store.drafts import DraftRow, DraftTable
from securemail_desktop.store.outbox import EntryRow, OutboxTable
from securemail_desktop.store.queue import Seal, open_queue


@pytest.fixture
def table(database: Database) -> DraftTable:
    return DraftTable(database)


def row(name: str = "<1@x.example>", saved: float = 1.0, **more: object) -> DraftRow:
    return DraftRow(name, b"document", "Bob", "Result", saved, **more)  # type: ignore[arg-type]


class Crash(Exception):
    pass


def interrupted(database: Database, act: Callable[[], None]) -> None:
    with database.transaction():
        act()
        raise Crash


def contents(database: Database) -> set[str]:
    return {str(digest) for (digest,) in database.rows("SELECT sha256 FROM draft_content")}


def test_a_saved_draft_comes_back_with_its_files(table: DraftTable) -> None:
    kept = row(writing=True, replaces="entry")
    table.save(kept, {"a": b"one", "b": b"two"})
    assert table.get(kept.id) == (kept, {"a": b"one", "b": b"two"})
    assert table.get("<2@x.example>") is None


def test_drafts_are_listed_newest_first_without_their_documents(table: DraftTable) -> None:
    table.save(row("<1@x.example>", 1.0), {})
    table.save(row("<2@x.example>", 2.0), {})
    table.save(row("<1@x.example>", 3.0), {})
    assert [(r.id, r.document) for r in table.rows()] == [("<1@x.example>", b""), ("<2@x.example>", b"")]


def test_a_file_is_written_once_and_goes_with_its_last_draft(table: DraftTable, database: Database) -> None:
    written: list[str] = []
    execute = database.execute

    def watched(sql: str, values: tuple[object, ...] = ()) -> int:
        written.extend([str(values[0])] if sql.startswith("INSERT INTO draft_content") else [])
        return execute(sql, values)  # type: ignore[arg-type]

    database.execute = watched  # type: ignore[method-assign,assignment]
    for saved in (1.0, 2.0):
        table.save(row(saved=saved), {"a": b"one"})
    table.save(row("<2@x.example>"), {"a": b"one", "b": b"two"})
    assert written == ["a", "b"]
    table.save(row("<2@x.example>"), {"a": b"one"})
    assert contents(database) == {"a"}
    table.remove("<1@x.example>")
    assert contents(database) == {"a"}
    table.remove("<2@x.example>")
    assert contents(database) == set()


def test_a_failed_save_keeps_the_former_state(table: DraftTable, database: Database) -> None:
    table.save(row(), {"a": b"one"})
    with pytest.raises(Crash):
        interrupted(database, lambda: table.save(row(saved=2.0), {"b": b"two"}))
    assert table.get(row().id) == (row(), {"a": b"one"})


def test_windows_left_open_are_counted_once(table: DraftTable) -> None:
    table.save(row("<1@x.example>", writing=True), {})
    table.save(row("<2@x.example>", writing=True), {})
    table.save(row("<2@x.example>"), {})
    assert [table.settle(), table.settle()] == [1, 0]


def test_a_draft_is_spent_in_the_step_in_which_the_outbox_gets_its_entry(tmp_path: Path) -> None:
    queue = open_queue(tmp_path, b"k" * 32)
    outbox = OutboxTable(queue, Seal(b"k" * 32))
    entry = EntryRow("e", "alice@clinic.example", "{}", "", 1.0, 1.0, 0, (), ())
    with pytest.raises(Crash):
        interrupted(queue, lambda: outbox.add(entry, outbox.bodies(entry.id), draft_id=row().id))
    assert (outbox.spent_drafts(), outbox.ids()) == ([], [])
    outbox.add(entry, outbox.bodies(entry.id), draft_id=row().id)
    assert (outbox.spent_drafts(), outbox.ids()) == ([row().id], ["e"])
    outbox.settle_draft(row().id)
    outbox.add(replace(entry, id="f"), outbox.bodies("f"))
    assert outbox.spent_drafts() == []
    queue.close()
