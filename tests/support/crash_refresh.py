"""Refreshes alice's inbox and kills itself at the N-th step: `crash_refresh DATA KEY_FILE N`.

Steps are every write to the store and every command to the server, counted before and after each. With N = 0 nothing is killed and their number
is printed.
"""

import sys
from contextlib import closing
from pathlib import Path

from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.session import folder_sync
from securemail_desktop.session.session import Session
from securemail_desktop.store.database import Database
from tests.support.crash_child import Fuse

STEPS = (
    (Database, ("execute", "execute_many")),
    (ImapMailbox, ("folders", "state", "new_uids", "flags", "changed_flags", "rows", "set_flags")),
)


def main() -> None:
    data, key_file, at = sys.argv[1:]
    fuse = Fuse(int(at))
    folder_sync._AT_ONCE = 4  # many steps out of few messages
    with closing(Session(Path(data), Path(key_file))) as session:
        for owner, names in STEPS:
            for name in names:
                setattr(owner, name, fuse.around(getattr(owner, name)))
        session.mail.refresh()
    print(fuse.count)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
