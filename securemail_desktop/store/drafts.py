"""Drafts in the encrypted store: message files by Message-ID, and the octets of their files by digest, each written once.

Rows are primitives; `session.drafts` gives them meaning. A draft that was sent is spent in the step in which the outbox gets it
(`OutboxTable.spent_drafts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from securemail_desktop.store.database import Database


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft. `document` is its message file with digests instead of files, `saved` in seconds since the epoch (UTC).

    `writing`: its window is open. `replaces` is the outbox entry that it was taken from, or empty.
    """

    id: str
    document: bytes
    recipients: str
    subject: str
    saved: float
    writing: bool = False
    replaces: str = ""


class DraftTable:
    """The drafts' rows."""

    def __init__(self, database: Database) -> None:
        """Keep the open store."""
        self._db = database

    def save(self, row: DraftRow, contents: Mapping[str, bytes]) -> None:
        """Make a draft durable in place of its former state; `contents` are its files by hex SHA-256. What is known is not written again."""
        with self._db.transaction():
            self._db.execute(
                "INSERT INTO draft (id, document, recipients, subject, saved, writing, replaces) VALUES (?,?,?,?,?,?,?)"
                " ON CONFLICT (id) DO UPDATE SET document = excluded.document, recipients = excluded.recipients, subject = excluded.subject,"
                " saved = excluded.saved, writing = excluded.writing, replaces = excluded.replaces",
                (row.id, row.document, row.recipients, row.subject, row.saved, int(row.writing), row.replaces),
            )
            self._db.execute("DELETE FROM draft_file WHERE draft = ?", (row.id,))
            for digest, content in contents.items():
                if not self._db.rows("SELECT 1 FROM draft_content WHERE sha256 = ?", (digest,)):
                    self._db.execute("INSERT INTO draft_content (sha256, content) VALUES (?,?)", (digest, content))
                self._db.execute("INSERT INTO draft_file (draft, sha256) VALUES (?,?)", (row.id, digest))
            _drop_contents(self._db)

    def rows(self) -> list[DraftRow]:
        """Return the drafts without their documents, newest first."""
        found = self._db.rows("SELECT id, x'', recipients, subject, saved, writing, replaces FROM draft ORDER BY saved DESC, rowid DESC")
        return [_row(row) for row in found]

    def get(self, draft_id: str) -> tuple[DraftRow, Mapping[str, bytes]] | None:
        """Return a draft and its files by digest, or None."""
        with self._db.transaction():
            found = self._db.rows("SELECT id, document, recipients, subject, saved, writing, replaces FROM draft WHERE id = ?", (draft_id,))
            files = self._db.rows(
                "SELECT c.sha256, c.content FROM draft_content c JOIN draft_file f ON f.sha256 = c.sha256 WHERE f.draft = ?", (draft_id,)
            )
        return (_row(found[0]), {str(digest): bytes(cast("bytes", content)) for digest, content in files}) if found else None

    def settle(self) -> int:
        """Note that no window of a draft is open; return for how many one was."""
        return self._db.execute("UPDATE draft SET writing = 0 WHERE writing = 1")

    def remove(self, draft_id: str) -> None:
        """Forget a draft and what files only it had; an unknown one is no error."""
        with self._db.transaction():
            if self._db.execute("DELETE FROM draft WHERE id = ?", (draft_id,)):
                _drop_contents(self._db)


def _drop_contents(database: Database) -> None:
    database.execute("DELETE FROM draft_content WHERE sha256 NOT IN (SELECT sha256 FROM draft_file)")


def _row(row: tuple[object, ...]) -> DraftRow:
    draft_id, document, recipients, subject, saved, writing, replaces = row
    content = bytes(cast("bytes", document))
    return DraftRow(str(draft_id), content, str(recipients), str(subject), float(cast("float", saved)), bool(writing), str(replaces))
