import stat
import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.errors import StoreBroken, StoreBusy, StoreFull, WrongKey
from securemail_desktop.store.schema import Migration

KEY = b"k" * 32
CANARY = "canary-Jane-Roe-MRN-0042"


class Interrupted(Exception):
    pass


def names(database: Database) -> list[object]:
    return [name for (name,) in database.rows("SELECT name FROM settings ORDER BY name")]


def put(database: Database, name: str) -> None:
    database.execute("INSERT INTO settings (name, document) VALUES (?, '1')", (name,))


def too_much(database: Database) -> None:
    database.execute("INSERT INTO vault (kind, name, secret) VALUES ('x', 'y', zeroblob(100000))")


def interrupted_step(database: Database, name: str) -> None:
    with database.transaction():
        put(database, name)
        raise Interrupted


def limit_growth(database: Database, pages: int) -> None:
    used = database.rows("PRAGMA page_count")[0][0]
    assert isinstance(used, int)
    database.rows(f"PRAGMA max_page_count = {used + pages}")


def test_files_are_the_owners_alone_and_hold_no_readable_text(database: Database, tmp_path: Path) -> None:
    database.execute("INSERT INTO vault (kind, name, secret) VALUES ('x', ?, ?)", (CANARY, CANARY.encode()))
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    files = list(data.iterdir())
    assert {file.name for file in files} >= {"store.db", "store.db-wal"}
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert CANARY.encode() not in file.read_bytes(), file


def test_an_empty_folder_made_by_others_is_narrowed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    Database(store_path(tmp_path / "data"), KEY).close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("pragma", "expected"), [("journal_mode", "wal"), ("synchronous", 2), ("temp_store", 2), ("foreign_keys", 1), ("trusted_schema", 0)]
)
def test_durable_and_private_settings(database: Database, pragma: str, expected: object) -> None:
    assert database.rows(f"PRAGMA {pragma}") == [(expected,)]


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    first = Database(tmp_path / "store.db", KEY)
    put(first, "kept")
    first.close()
    second = Database(tmp_path / "store.db", KEY)
    assert names(second) == ["kept"]
    second.close()


def test_wrong_key_is_said_without_noise_and_changes_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "store.db"
    Database(path, KEY).close()
    before = path.read_bytes()
    with pytest.raises(WrongKey, match="does not open the store"):
        Database(path, b"w" * 32)
    assert path.read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_a_key_of_another_length_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Database(tmp_path / "store.db", b"short")


def test_an_unencrypted_database_is_not_taken(tmp_path: Path) -> None:
    plain = dbapi2.connect(tmp_path / "store.db")
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    with pytest.raises(StoreBroken, match="not encrypted"):
        Database(tmp_path / "store.db", KEY)


def test_damage_is_said(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = Database(path, KEY)
    database.execute("INSERT INTO vault (kind, name, secret) VALUES ('x', 'y', zeroblob(100000))")
    database.close()
    content = bytearray(path.read_bytes())
    for place in range(len(content) - 60_000, len(content), 1000):
        content[place] ^= 0xFF
    path.write_bytes(bytes(content))
    damaged = Database(path, KEY)
    with pytest.raises(StoreBroken, match="damaged"):
        damaged.rows("SELECT secret FROM vault")
    damaged.close()


def test_a_store_that_cannot_be_written_is_named_in_plain_words(database: Database) -> None:
    database.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreBroken, match="may not write the store") as raised:
        put(database, "x")
    assert "SQLITE" not in str(raised.value)


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreBroken, match="cannot be opened"):
        Database(tmp_path / "store.db", KEY)


def test_a_full_disk_changes_nothing_and_the_store_goes_on(database: Database) -> None:
    def step() -> None:
        with database.transaction():
            put(database, "lost")
            too_much(database)

    limit_growth(database, 2)
    with pytest.raises(StoreFull, match="free some space"):
        step()
    assert names(database) == []
    put(database, "later")
    assert names(database) == ["later"]


def test_a_step_that_sqlite_rolled_back_cannot_go_on_half(database: Database) -> None:
    def step() -> None:
        with database.transaction():
            put(database, "first half")
            with pytest.raises(StoreFull, match="free some space"):
                too_much(database)
            put(database, "second half")

    limit_growth(database, 2)
    with pytest.raises(StoreFull, match="rolled back as a whole"):
        step()
    assert names(database) == []


def test_a_full_disk_of_the_operating_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("securemail_desktop.store.database.os.open", no_space)
    with pytest.raises(StoreFull):
        Database(tmp_path / "store.db", KEY)


def test_a_transaction_is_whole(database: Database) -> None:
    with pytest.raises(Interrupted):
        interrupted_step(database, "a")
    assert names(database) == []
    with database.transaction():
        put(database, "a")
        put(database, "b")
    assert names(database) == ["a", "b"]


def test_nested_steps_join_the_outer_one(database: Database) -> None:
    def step() -> None:
        with database.transaction():
            with database.transaction():
                put(database, "inner")
            raise Interrupted

    with pytest.raises(Interrupted):
        step()
    assert names(database) == []


def test_an_inner_step_that_fails_is_undone_alone(database: Database) -> None:
    with database.transaction():
        put(database, "outer")
        with pytest.raises(Interrupted):
            interrupted_step(database, "inner")
        put(database, "after")
    assert names(database) == ["after", "outer"]


def test_execute_counts_changed_rows(database: Database) -> None:
    put(database, "a")
    put(database, "b")
    assert database.execute("UPDATE settings SET document = '2'") == 2
    assert database.execute("DELETE FROM settings WHERE name = 'none'") == 0
    assert database.execute("CREATE TABLE t (a TEXT NOT NULL) STRICT") == 0


def test_many_rows_are_one_step(database: Database) -> None:
    insert = "INSERT INTO settings (name, document) VALUES (?, ?)"
    with pytest.raises(dbapi2.IntegrityError):
        database.execute_many(insert, [("a", "1"), ("b", "no json")])
    assert names(database) == []
    database.execute_many(insert, [("a", "1"), ("b", "2")])
    assert names(database) == ["a", "b"]


def test_threads_do_not_see_or_end_each_others_transactions(database: Database) -> None:
    database.execute("CREATE TABLE counter (value INTEGER NOT NULL) STRICT")
    database.execute("INSERT INTO counter (value) VALUES (0)")

    def add() -> None:
        for _ in range(25):
            with database.transaction():
                value = database.rows("SELECT value FROM counter")[0][0]
                assert isinstance(value, int)
                database.execute("UPDATE counter SET value = ?", (value + 1,))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.rows("SELECT value FROM counter") == [(100,)]


def test_a_store_in_use_elsewhere_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("securemail_desktop.store.database._BUSY_TIMEOUT", 0.05)
    one, other = Database(tmp_path / "store.db", KEY), Database(tmp_path / "store.db", KEY)
    with one.transaction():
        put(one, "a")
        with pytest.raises(StoreBusy):
            put(other, "b")
    put(other, "b")
    assert names(one) == ["a", "b"]
    one.close()
    other.close()


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = Database(path, KEY)
    database.execute("PRAGMA user_version = 9999")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreBroken, match="newer version"):
        Database(path, KEY)
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first = Migration(1, "first", "CREATE TABLE a (b TEXT NOT NULL) STRICT;")
    broken = Migration(2, "broken", "ALTER TABLE a ADD COLUMN c TEXT NOT NULL DEFAULT '';\nINSERT INTO nowhere VALUES (1);")
    Database(path, KEY, [first]).close()
    with pytest.raises(StoreBroken):
        Database(path, KEY, [first, broken])
    database = Database(path, KEY, [first])
    assert database.rows("SELECT name FROM pragma_table_info('a')") == [("b",)]
    database.close()
