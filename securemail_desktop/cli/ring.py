"""The session's key ring for a command, so that commands trust exactly what the window trusts; and files with clear errors."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.encryption.errors import NoGnuPG
from securemail_desktop.encryption.ring import KeyRing


@contextmanager
def open_ring(arguments: argparse.Namespace) -> Iterator[KeyRing]:
    """Give the key ring of `--data`; what goes wrong with store, journal or GnuPG is raised as `UsageError`."""
    with opened_session(arguments) as session:
        try:
            yield session.ring
        except NoGnuPG as error:
            raise UsageError(str(error)) from error


def read_file(path: Path, remedy: str) -> bytes:
    """Return a file's bytes; raise `UsageError` with the remedy."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror}): {remedy}") from error
