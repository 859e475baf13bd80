"""`securemail`: dispatches to the desktop app, the command line, the server, the demo and the processes of its own; nothing else does."""

import argparse
import builtins
import gc
import os
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from securemail_desktop import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from securemail_desktop.session.session import Session


def main() -> int:
    """Run the program; return its exit code."""
    os.umask(0o077)  # whatever we or a program that we start writes is for its owner only
    faults.install()
    arguments = _command_first(sys.argv[1:])
    if not arguments or arguments[0].startswith(("--data", "--key-file")) or arguments[0][:7].lower() == "mailto:":
        return _window(arguments)
    if arguments[0] == "read-attachments":
        return _read_attachments()
    if arguments[0] == "scan-texts":
        return _scan_texts()
    if arguments[0] == "demo":
        return _demo(arguments[1:])
    if arguments[0] == "serve":
        return _serve(arguments[1:])
    from securemail_desktop.cli.main import run

    return run(arguments)


def _command_first(arguments: list[str]) -> list[str]:
    """Return the arguments with the options that stand before a command behind it, where its parser looks for them."""
    at = 0
    while at < len(arguments) and arguments[at].startswith(("--data", "--key-file", "--passphrase-file")):
        at += 1 if "=" in arguments[at] else 2
    command = arguments[at : at + 1]
    return arguments if not command or command[0][:7].lower() == "mailto:" else [*arguments[at:], *arguments[:at]]


def _read_attachments() -> int:
    from securemail_desktop.message.text.worker.serve import run

    return run()


def _scan_texts() -> int:
    from securemail_desktop.phi.worker.serve import run

    return run()


def _demo(arguments: list[str]) -> int:
    try:
        with _uncollected():
            from securemail_desktop.demo.main import run
    except ImportError as error:
        return _missing("demo", error)
    return run(arguments, _run_window)


def _run_window(session: "Session") -> int:
    with _uncollected():
        _load_qt()
        from securemail_desktop.gui.app import run  # Qt is loaded only when there is a window

    return run(session)


def _serve(arguments: list[str]) -> int:
    from securemail_desktop.server.role import role_of

    if role_of(arguments) == "milter":
        from securemail_desktop.server.milter.main import run as run_milter

        return run_milter(arguments)
    try:
        from securemail_desktop.server.main import run
    except ImportError as error:
        return _missing("server", error)
    from securemail_desktop.cli.main import data_folder

    return run(arguments, data_folder() / "central")


def _missing(extra: str, error: ImportError) -> int:
    from securemail_desktop.cli.exit import Exit

    sys.stderr.write(f"securemail: {error.name} is missing; install it with: pip install 'securemail-desktop[{extra}]'\n")
    return Exit.USAGE


def _window(arguments: list[str]) -> int:
    from securemail_desktop.cli.main import data_folder

    parser = argparse.ArgumentParser(prog="securemail", description="the desktop app")
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder of store, keys and journal")
    parser.add_argument("--key-file", type=Path, default=None, help="file with the store key, instead of the keyring")
    parser.add_argument("link", nargs="?", default="", metavar="mailto:...", help="open a new message for this link")
    chosen = parser.parse_args(arguments)
    return _open_window(chosen.data, _opener(chosen.data, chosen.key_file), chosen.link)


def _opener(data: Path, key_file: Path | None) -> "Callable[[Callable[[], str]], Session]":
    """Return what opens the session."""
    with _uncollected():
        from securemail_desktop.session.session import Session

    return lambda asked: Session(data, key_file, passphrase=asked)


def _open_window(data: Path, open_session: "Callable[[Callable[[], str]], Session]", link: str) -> int:
    with _uncollected():
        _load_qt()
        from securemail_desktop.audit.journal import JournalError
        from securemail_desktop.cli.exit import Exit
        from securemail_desktop.gui.app import display_problem, explain, make_application, run
        from securemail_desktop.gui.one_window import OneWindow
        from securemail_desktop.store.errors import PassphraseNeeded, StoreError

    problem = display_problem()
    if problem:
        sys.stderr.write(f"securemail: {problem}\n")
        return Exit.USAGE
    one = OneWindow(data, make_application())
    if not one.take():
        if not one.hand_over(link):
            explain("SecureMail is open already", "Look for its window. If there is none, wait a moment and start it again.")
        return Exit.DONE
    try:
        session = _unlocked(open_session)
    except PassphraseNeeded:
        return Exit.DONE  # the question was closed
    except (StoreError, JournalError) as error:
        sys.stderr.write(f"securemail: {error}\n")
        explain("Your mail can’t be opened", str(error))
        return Exit.USAGE
    try:
        return run(session, link, one)
    finally:
        session.close()
        one.let_go()


@contextmanager
def _uncollected() -> "Iterator[None]":
    """Keep the collector of garbage from what is imported: it stays, and looking through it again and again is a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _load_qt() -> None:
    """Load Qt without PySide6's own way to import, which reads the source of every module to see whether it asks for features; none of ours does."""
    import PySide6.QtCore  # noqa: F401 - it puts its own way in

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _unlocked(open_session: "Callable[[Callable[[], str]], Session]") -> "Session":
    """Open the session, asking for the passphrase where one is set until it is right; raise `PassphraseNeeded` when the question is closed."""
    from securemail_desktop.gui.app import ask_passphrase
    from securemail_desktop.store.errors import WrongPassphrase

    problem = ""
    while True:
        try:
            return open_session(partial(ask_passphrase, problem))
        except WrongPassphrase as error:
            problem = str(error)


if __name__ == "__main__":
    raise SystemExit(main())
