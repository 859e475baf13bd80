from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from securemail_desktop.store.database import Database
from securemail_desktop.store.schema import migrations, statements

KEY = b"k" * 32


@pytest.mark.parametrize("folder", ["migrations", "queue_migrations"])
def test_shipped_migrations_are_numbered_without_a_gap(folder: str) -> None:
    assert [step.number for step in migrations(folder)] == list(range(1, len(migrations(folder)) + 1))


@pytest.mark.parametrize("last", range(1, len(migrations()) + 1))
def test_every_version_can_be_brought_to_the_newest(tmp_path: Path, last: int) -> None:
    path = tmp_path / "store.db"
    Database(path, KEY, migrations()[:last]).close()
    upgraded, fresh = Database(path, KEY), Database(tmp_path / "fresh.db", KEY)
    schema = "SELECT name, sql FROM sqlite_schema ORDER BY name"
    assert upgraded.rows(schema) == fresh.rows(schema)
    assert upgraded.rows("PRAGMA user_version") == [(len(migrations()),)]
    upgraded.close()
    fresh.close()


@pytest.mark.parametrize("folder", ["migrations", "queue_migrations"])
def test_tables_are_strict_and_columns_not_null(tmp_path: Path, folder: str) -> None:
    database = Database(tmp_path / "file.db", KEY, migrations(folder))
    tables = database.rows("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'")
    assert tables
    for name, strict in tables:
        assert strict == 1, name
        nullable = database.rows("SELECT name FROM pragma_table_info(?) WHERE NOT [notnull]", (name,))
        assert nullable == [], name
    database.close()


@pytest.mark.parametrize(
    "statement", ["INSERT INTO settings VALUES ('a', 'no json')", "INSERT INTO recipient_row VALUES ('a', 1, 'no json')"]
)
def test_documents_are_json_only(database: Database, statement: str) -> None:
    with pytest.raises(dbapi2.IntegrityError):
        database.execute(statement)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("-- only a comment\n", []),
        ("CREATE TABLE a (b);\nCREATE TABLE c (d);\n", ["CREATE TABLE a (b);", "CREATE TABLE c (d);"]),
        ("INSERT INTO a VALUES\n ('x;\ny');\n-- end\n", ["INSERT INTO a VALUES\n ('x;\ny');"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n DELETE FROM c;\n DELETE FROM d;\nEND;\n",
            ["CREATE TRIGGER t AFTER INSERT ON a BEGIN\n DELETE FROM c;\n DELETE FROM d;\nEND;"],
        ),
    ],
)
def test_statements(script: str, expected: list[str]) -> None:
    assert list(statements(script)) == expected


def test_half_a_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="middle of a statement"):
        list(statements("CREATE TABLE a (b);\nCREATE TABLE"))


def test_0005_keeps_the_rows_of_the_recipient_index(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    old = Database(path, KEY, migrations()[:4])
    for position, fields in enumerate(('["person-2", 0, "bob"]', '["person", "bob@x.example", 3]', '["message-2", 0, 17]')):
        old.execute("INSERT INTO recipient_index VALUES (?, ?)", (position, fields))
    old.close()
    upgraded = Database(path, KEY)
    assert upgraded.rows("SELECT kind, number, fields FROM recipient_row ORDER BY kind") == [
        ("message-2", 0, '["message-2", 0, 17]'),
        ("person-2", 0, '["person-2", 0, "bob"]'),
    ]
    upgraded.close()
