"""Writes a file that a command makes: a new one, for its owner alone."""

import os
from pathlib import Path

from securemail_desktop.cli.exit import UsageError


def write_new(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read; never replace one. Raise `UsageError`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(f"{path}: it cannot be written ({error.strerror}): name a new file.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
