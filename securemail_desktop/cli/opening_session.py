"""Opens the session of `--data` and `--key-file`; whatever is in the way becomes one sentence with the remedy."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

from securemail_desktop.audit.journal import JournalError
from securemail_desktop.central.enrolment import EnrolmentDamaged
from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.secret_file import passphrase_of
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.sending.errors import SendingError
from securemail_desktop.session.session import NoAccount, Session
from securemail_desktop.store.errors import StoreError


@contextmanager
def opened_session(arguments: argparse.Namespace) -> Iterator[Session]:
    """Yield the open session; raise `UsageError` when it cannot be opened, or when store, journal or keys fail on the way."""
    try:
        with closing(Session(arguments.data, arguments.key_file, passphrase=passphrase_of(arguments))) as session:
            for notice in session.notices:
                print(f"note: {notice}", file=sys.stderr)
            yield session
    except (StoreError, JournalError, EncryptionError, EnrolmentDamaged, NoAccount, SendingError) as error:
        raise UsageError(str(error)) from error
