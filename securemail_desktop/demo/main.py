"""`securemail demo`: the demo organisation, with the window or without."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.report import message_document, message_lines
from securemail_desktop.cli.send import read_draft
from securemail_desktop.demo.alice import open_alice
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import DemoRuns, alone_in, open_world
from securemail_desktop.sending.errors import SendingError
from securemail_desktop.sending.state import Receipt, Review
from securemail_desktop.session.session import NoAccount, Session
from securemail_desktop.store.errors import StoreError


def run(arguments: list[str], window: Callable[[Session], int]) -> int:
    """Run the demo; return the exit code. `window` shows the desktop app until it is closed."""
    options = _parser().parse_args(arguments)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecated attribute
    try:
        with alone_in(options.data.absolute()):
            return _run(options, window)
    except (UsageError, DemoRuns, NoAccount, StoreError, RuntimeError, OSError) as error:
        print(f"securemail demo: {error}", file=sys.stderr)
        return Exit.USAGE


def _run(options: argparse.Namespace, window: Callable[[Session], int]) -> int:
    world = open_world(options.data.absolute())
    with Organisation(world) as organisation, closing(open_alice(world, organisation)) as session:
        return _headless(session, options) if options.headless or not _has_display() else window(session)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="securemail demo", description="The demo organisation on loopback.")
    parser.add_argument("--headless", action="store_true", help="send the demo's drafts without a window and print what happened")
    parser.add_argument("--drafts", type=Path, default=Path(__file__).parent / "drafts", metavar="DIR", help="take the *.eml files of DIR")
    parser.add_argument("--json", action="store_true", help="print one JSON document (with --headless)")
    parser.add_argument("--data", type=Path, default=Path(".demo"), metavar="DIR", help="keep the demo's files in DIR (.demo)")
    return parser


def _has_display() -> bool:
    return sys.platform in {"win32", "darwin"} or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _headless(session: Session, options: argparse.Namespace) -> int:
    files = sorted(options.drafts.glob("*.eml"))
    if not files:
        raise UsageError(f"{options.drafts}: no *.eml files there")
    sent = [_send(session, path) for path in files]
    synced = session.central.sync()
    central = session.central.verify()
    verified = central.verified and not synced.problem
    if options.json:
        document = {
            "messages": [one.document(synced=not synced.waiting) for one in sent],
            "central": {"records": central.records, "tree_size": central.tree_size, "verified": verified},
        }
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print("\n".join(line for one in sent for line in one.lines()))
        print(f"\ncentral store: {central.records} records of this device, {central.tree_size} in the log, verified: {verified}")
    if any(one.problem for one in sent):
        return Exit.USAGE
    return Exit.DONE if verified else Exit.NO


@dataclass(frozen=True, slots=True)
class _Sent:
    """One draft of a headless run: what became of it, or why it could not be read."""

    name: str
    review: Review | None = None
    receipts: tuple[Receipt, ...] = ()
    problem: str = ""

    def document(self, *, synced: bool) -> dict[str, Any]:
        if self.review is None:
            return {"draft": self.name, "error": self.problem}
        return message_document(self.name, self.review, self.receipts, synced=synced)

    def lines(self) -> list[str]:
        return [f"{self.name}: {self.problem}"] if self.review is None else message_lines(self.name, self.review, self.receipts)


def _send(session: Session, path: Path) -> _Sent:
    try:
        review = session.review_in_full(read_draft(path), "cli")
        return _Sent(path.name, review, session.send(review, {}, "cli"))
    except (UsageError, NoAccount, SendingError) as error:
        return _Sent(path.name, problem=str(error))
