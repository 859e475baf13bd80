"""What the mail store remembers of the journal: its last record. So a journal that was deleted, cut off or put back to an earlier state is told of.

The journal can be removed without any key, the store not. Whoever puts both back to an earlier state is found out by the central store only.
"""

from typing import Protocol

from securemail_desktop.audit.canonical import Json
from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.verify import MISSING

_SETTING = "journal-anchor"
_SAID = "Records of the audit journal are missing: its file was deleted or put back to an earlier state. Tell your administrator."


class Documents(Protocol):
    """Named JSON documents: `store.settings.Settings`."""

    def put(self, name: str, document: object) -> None:
        """Store or replace a document."""
        ...

    def get(self, name: str) -> object | None:
        """Return the document or None."""
        ...


def remember(journal: Journal, documents: Documents) -> None:
    """Remember the journal's last record; raise `JournalError`, `StoreError`."""
    last = journal.last()
    if last is not None and last != _remembered(documents):
        documents.put(_SETTING, list(last))


def missing(journal: Journal, documents: Documents) -> str:
    """Return a sentence where the remembered record is not in the journal, or an empty text; raise `JournalError`, `StoreError`."""
    remembered = _remembered(documents)
    return "" if remembered is None or journal.holds(*remembered) else _SAID


def tell_missing(journal: Journal, documents: Documents) -> str:
    """Return what `missing` does; what is missing is recorded, once, and the journal is remembered as it is from then on."""
    said, remembered = missing(journal, documents), _remembered(documents)
    if said and remembered is not None:
        epoch, seq, digest = remembered
        fields: dict[str, Json] = {"of": {"epoch": epoch, "seq": seq, "head": digest}}
        journal.append(new_rid(), MISSING, fields, {})
        remember(journal, documents)
    return said


def _remembered(documents: Documents) -> tuple[str, int, str] | None:
    match documents.get(_SETTING):
        case [str(epoch), int(seq), str(digest)]:
            return epoch, seq, digest
        case _:
            return None
