"""Sends one message file as alice, kept as a draft before, and kills itself at the N-th step: `crash_child DATA KEY_FILE FILE N [resume]`.

Pieces are small here, so that the octets of any message are written in several steps.
Steps are the durable and outward acts of `deliver`, counted before and after each: outbox changes, journal records, the hand-over, filing in Sent.
With N = 0 nothing is killed and the number of steps is printed.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.smtp import SmtpSubmission
from securemail_desktop.audit.journal import Journal
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.session.session import Session
from securemail_desktop.store import pieces
from securemail_desktop.store.drafts import DraftTable
from securemail_desktop.store.outbox import OutboxTable
from securemail_desktop.store.pieces import Writing

STEPS = (
    (DraftTable, ("remove",)),
    (Writing, ("flush",)),
    (OutboxTable, ("add", "change", "recorded", "filed", "postpone", "remove")),
    (Journal, ("append",)),
    (SmtpSubmission, ("submit",)),
    (ImapMailbox, ("append",)),
)


class Fuse:
    """Kills the process at the N-th step."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            self.step()
            result = method(*args, **kwargs)
            self.step()
            return result

        return stepped


def main() -> None:
    data, key_file, file, at, *mode = sys.argv[1:]
    fuse = Fuse(int(at))
    pieces._PIECE = 1_000
    with closing(Session(Path(data), Path(key_file))) as session:
        draft = parse_draft(Path(file).read_bytes())
        if mode != ["resume"]:
            session.drafts.save(draft, writing=True)
        for owner, names in STEPS:
            for name in names:
                setattr(owner, name, fuse.around(getattr(owner, name)))
        if mode == ["resume"]:
            session.resume()
        else:
            session.send(session.review(draft, "cli"), {}, "cli")
    print(fuse.count)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
