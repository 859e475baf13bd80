"""Opens the key ring for a command: the encrypted store, the GnuPG home beside it, and the anchors that policy names."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.opening import open_store
from securemail_desktop.encryption.errors import EncryptionError, NoGnuPG
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.policy.load import PolicyError, load_policy
from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault


def gpg_folder(data: Path) -> Path:
    """Return where the GnuPG home of a data folder lies."""
    return data / "gnupg"


@contextmanager
def open_ring(arguments: argparse.Namespace) -> Iterator[KeyRing]:
    """Give the key ring of `--data`; what goes wrong with store, policy or GnuPG is raised as `UsageError`."""
    with closing(open_store(arguments)) as database:
        try:
            ring = KeyRing(Vault(database), gpg_folder(arguments.data), _anchors(database))
        except EncryptionError as error:
            raise UsageError(str(error)) from error
        with closing(ring):
            try:
                yield ring
            except (StoreError, NoGnuPG) as error:
                raise UsageError(str(error)) from error


def read_file(path: Path, remedy: str) -> bytes:
    """Return a file's bytes; raise `UsageError` with the remedy."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror}): {remedy}") from error


def _anchors(database: Database) -> Sequence[str] | None:
    """Return the policy's anchors, None where no policy is set; a broken policy is an error, never a reason to trust more."""
    folder = Settings(database).get("policy-folder")
    if not isinstance(folder, str):
        return None
    try:
        return load_policy(Path(folder)).smime_anchors
    except PolicyError as error:
        raise UsageError(f"the policy cannot be read: {error}") from error
