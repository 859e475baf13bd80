"""Opens a store again whose key was lost: the keyring, the key file or the passphrase is gone, the store itself is still there."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from securemail_desktop.audit.device import load_device
from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.journal import Journal, journal_path
from securemail_desktop.audit.recovery import RECOVERED, RecoveredRecord, recovered_fields
from securemail_desktop.session.opened import Opened
from securemail_desktop.store.database import store_path
from securemail_desktop.store.errors import WrongKey
from securemail_desktop.store.secrets import restore


def put_key_back(data: Path, key_file: Path | None, key: bytes, record: RecoveredRecord, clock: Callable[[], datetime]) -> None:
    """Check that the key opens the store, record it, then keep it without a passphrase; raise `StoreError`, `JournalError`."""
    if not store_path(data).is_file():
        raise WrongKey(f"There is no store in {data}: name the folder of the store whose key was lost with --data.")
    with (
        closing(Opened(data, key, clock)) as opened,
        closing(Journal(journal_path(data), load_device(opened.settings, opened.vault))) as journal,
    ):
        journal.append(new_rid(), RECOVERED, *recovered_fields(record))
    restore(data, key_file, key)
