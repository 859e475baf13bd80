"""The schema of store and queue: `migrations/NNNN_name.sql` and `queue_migrations/`, numbered from 0001 without a gap, each one applied whole.

`PRAGMA user_version` is the number of the last one applied. A migration that has been released is never edited: another one follows it.
The files are package data and hold plain SQL statements; a new file needs no other change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from sqlcipher3 import dbapi2


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, from version `number` - 1 to `number`."""

    number: int
    name: str
    sql: str


def migrations(name: str = "migrations") -> tuple[Migration, ...]:
    """Return the migrations that ship in a folder, in order; raise ValueError when their numbers have a gap or a double."""
    folder = files("securemail_desktop.store") / name
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    steps = tuple(_parse(entry.name, entry.read_text(encoding="utf-8")) for entry in found)
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"migrations must be numbered 0001, 0002, ...: {[step.name for step in steps]}")
    return steps


def statements(sql: str) -> Iterator[str]:
    """Split a script at the ends of its statements; text after the last semicolon must be blank or comment."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if dbapi2.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if re.sub(r"--[^\n]*", "", statement).strip():
        raise ValueError("the migration ends in the middle of a statement")


def _parse(filename: str, sql: str) -> Migration:
    matched = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", filename)
    if not matched:
        raise ValueError(f"a migration is named NNNN_name.sql, not {filename}")
    return Migration(int(matched[1]), matched[2], sql)
