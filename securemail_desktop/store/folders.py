"""Folders of mail accounts in the encrypted store, and how far each one is up to date."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from securemail_desktop.store.database import Database, Value

_SELECT = (
    "SELECT id, account, name, role, path, validity, next_uid, modseq,"
    " (SELECT count(*) FROM message WHERE folder = folder.id AND flags & 8 = 0),"
    " (SELECT count(*) FROM message WHERE folder = folder.id AND flags & 9 = 0) FROM folder"
)


@dataclass(frozen=True, slots=True)
class FolderRow:
    """One folder; `total` and `unseen` count what is shown of it. `validity` is 0 before its first rows, `modseq` 0 where none is known."""

    id: int
    account: str
    name: str
    role: str
    path: tuple[str, ...]
    validity: int
    next_uid: int
    modseq: int
    total: int
    unseen: int


class FolderTable:
    """The folders' rows."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._db = database

    def all(self) -> list[FolderRow]:
        """Return all folders: by account, inbox first, then those with a role, then the others by name."""
        found = self._db.rows(_SELECT + " ORDER BY account, role <> 'inbox', role = '', name COLLATE NOCASE, name")
        return [_row(values) for values in found]

    def get(self, folder: int) -> FolderRow | None:
        """Return one folder, or None."""
        found = self._db.rows(_SELECT + " WHERE id = ?", (folder,))
        return _row(found[0]) if found else None

    def replace(self, account: str, folders: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """Make these (name, role, path) the folders of an account: new ones come, and those that are missing go with their messages."""
        wanted = {name: (role, "\n".join(path)) for name, role, path in folders}
        with self._db.transaction():
            for (name,) in self._db.rows("SELECT name FROM folder WHERE account = ?", (account,)):
                if name not in wanted:
                    self._db.execute("DELETE FROM folder WHERE account = ? AND name = ?", (account, name))
            self._db.execute_many(
                "INSERT INTO folder (account, name, role, path, validity, next_uid, modseq) VALUES (?, ?, ?, ?, 0, 0, 0)"
                " ON CONFLICT (account, name) DO UPDATE SET role = excluded.role, path = excluded.path"
                " WHERE role <> excluded.role OR path <> excluded.path",
                ((account, name, role, path) for name, (role, path) in wanted.items()),
            )

    def add(self, account: str, name: str, role: str) -> int:
        """Add a folder that is about to be made on the server; return its id."""
        self._db.execute(
            "INSERT INTO folder (account, name, role, validity, next_uid, modseq) VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING",
            (account, name, role),
        )
        return next(row.id for row in self.all() if (row.account, row.name) == (account, name))

    def keep_accounts(self, accounts: Collection[str]) -> None:
        """Forget the folders of all other accounts."""
        with self._db.transaction():
            for (account,) in self._db.rows("SELECT DISTINCT account FROM folder"):
                if account not in accounts:
                    self._db.execute("DELETE FROM folder WHERE account = ?", (account,))

    def renumber(self, folder: int, validity: int) -> None:
        """Begin a folder anew whose messages the server has numbered anew: what was known by the old numbers goes."""
        with self._db.transaction():
            self._db.execute("DELETE FROM message WHERE folder = ?", (folder,))
            self._db.execute("UPDATE folder SET validity = ?, next_uid = 0, modseq = 0 WHERE id = ?", (validity, folder))

    def up_to_date(self, folder: int, validity: int, next_uid: int, modseq: int) -> None:
        """Note how far the rows are up to date; nothing where the folder was numbered anew meanwhile."""
        self._db.execute("UPDATE folder SET next_uid = ?, modseq = ? WHERE id = ? AND validity = ?", (next_uid, modseq, folder, validity))

    def doubt(self, folder: int) -> None:
        """Have all flags compared at the next time."""
        self._db.execute("UPDATE folder SET modseq = 0 WHERE id = ?", (folder,))


def _row(values: tuple[Value, ...]) -> FolderRow:
    number, account, name, role, path, *numbers = values
    names = tuple(str(path).split("\n")) if path else (str(name),)
    return FolderRow(cast("int", number), str(account), str(name), str(role), names, *(int(cast("int", n)) for n in numbers))
