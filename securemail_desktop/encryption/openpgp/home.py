"""GnuPG with a home folder of the program's own: private, offline, without pinentry windows, its agent ended at close.

Rules: the folder is 0700; nothing is ever fetched from the network; passphrases travel through pipes, never in arguments; SHA-1 signatures
count as broken. The user's own GnuPG is never touched.
"""

import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gnupg

from securemail_desktop.encryption.errors import NoGnuPG
from securemail_desktop.encryption.openpgp.agent import Agent
from securemail_desktop.encryption.openpgp.key import Key, Listing, keys_of

_SECONDS = 10.0
FILTERED = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9.-]+")  # addresses that mean in a filter of GnuPG nothing else
_LONGEST_PATH = 80  # an agent's socket path has at most 107 bytes, and the socket's name comes on top
_GPG_CONF = """\
no-auto-key-retrieve
no-auto-key-import
auto-key-locate local
disable-dirmngr
trust-model always
no-emit-version
no-comments
weak-digest SHA1
personal-cipher-preferences AES256 AES192 AES
personal-digest-preferences SHA512 SHA384 SHA256
"""
_AGENT_CONF = """\
allow-loopback-pinentry
s2k-count 1048576
default-cache-ttl 0
max-cache-ttl 0
"""


class GpgHome:
    """An open home. `gpg` is python-gnupg's object; only this package calls it."""

    def __init__(self, folder: Path, binary: str = "gpg") -> None:
        """Prepare the folder and find GnuPG; raise `NoGnuPG`."""
        logging.getLogger("gnupg").setLevel(logging.CRITICAL)  # it logs key data and user ids
        _prepare(folder)
        self._alias, self._path = _short(folder)
        try:
            self.gpg: Any = gnupg.GPG(gpgbinary=binary, gnupghome=str(self._path), encoding="utf-8")
        except (OSError, ValueError) as error:
            self._forget_alias()
            raise NoGnuPG("GnuPG is not installed or does not start: install the package gnupg.") from error
        self.gpg.result_map = {**self.gpg.result_map, "list": Listing, "scan": Listing}
        self._agent = Agent(self._path, self.gpg.gpgbinary)
        self._keys: tuple[Key, ...] | None = None
        self._exported: tuple[int, int] = (0, 0)
        self._minimal: dict[tuple[str, str], bytes] = {}

    def listing(self) -> tuple[Key, ...]:
        """Return all keys of the home; the list is kept until `changed`."""
        keys = self._keys  # another thread may forget them meanwhile
        if keys is None:
            secret = {row["fingerprint"] for row in self.gpg.list_keys(secret=True)}
            self._keys = keys = keys_of(self.gpg.list_keys(), secret)
        return keys

    def key(self, fingerprint: str) -> Key | None:
        """Return one key by the fingerprint of its primary key, or None."""
        return next((key for key in self.listing() if key.fingerprint == fingerprint), None)

    def minimal(self, fingerprint: str, address: str) -> bytes:
        """Return a public key in binary form with the user ids of this address (`Address.key`) only; empty where there is none."""
        if (stamp := self._stamp()) != self._exported:
            self._exported, self._minimal = stamp, {}
        known = self._minimal.get((fingerprint, address))
        if known is None and FILTERED.fullmatch(address):
            options = ["--export-options", "export-minimal", "--export-filter", f"keep-uid=mbox = {address}", "--export", fingerprint]
            with suppress(OSError, subprocess.TimeoutExpired):
                made = subprocess.run(self.gpg.make_args(options, False), check=False, capture_output=True, timeout=_SECONDS)  # noqa: S603
                known = self._minimal[fingerprint, address] = made.stdout
        return known or b""

    def remove(self, fingerprint: str) -> None:
        """Delete a key of somebody else; one with a private part stays."""
        self.gpg.delete_keys(fingerprint)
        self.changed()

    def changed(self) -> None:
        """Forget the kept list of keys, and make what GnuPG wrote private: it leaves public keys readable for all."""
        self._keys = None
        for file in self._path.glob("*.*"):
            with suppress(OSError):  # its lock files come and go
                if file.is_file():
                    file.chmod(0o600)

    @contextmanager
    def private_file(self, content: bytes) -> Iterator[str]:
        """Give the path of a file of mode 0600 inside the home for what GnuPG takes only as a file; it is gone afterwards."""
        descriptor, name = tempfile.mkstemp(dir=self._path)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            yield name
        finally:
            Path(name).unlink(missing_ok=True)

    def close(self) -> None:
        """End the agent."""
        self._agent.close()
        self._forget_alias()

    def _stamp(self) -> tuple[int, int]:
        """Return what changes with the key ring's file, whoever writes it."""
        with suppress(OSError):
            found = (self._path / "pubring.kbx").stat()
            return found.st_mtime_ns, found.st_size
        return 0, 0

    def _forget_alias(self) -> None:
        if self._alias is not None:
            shutil.rmtree(self._alias, ignore_errors=True)  # holds only the link, not what it points to


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name, text in (("gpg.conf", _GPG_CONF), ("gpg-agent.conf", _AGENT_CONF)):
            (folder / name).write_text(text, encoding="ascii")
            (folder / name).chmod(0o600)
    except OSError as error:
        raise NoGnuPG(f"The folder {folder} for OpenPGP keys cannot be written ({error.strerror}).") from error


def _short(folder: Path) -> tuple[Path | None, Path]:
    """Return a link in a private temporary folder, with that folder, where the agent's socket would not fit into the real path."""
    path = folder.resolve()
    if os.name != "posix" or len(os.fsencode(path)) <= _LONGEST_PATH:
        return None, path
    short = len(os.fsencode(tempfile.gettempdir())) < _LONGEST_PATH - 20
    alias = Path(tempfile.mkdtemp(prefix="sm-", dir=None if short else "/tmp"))  # noqa: S108 - a private folder; TMPDIR itself is too long
    (alias / "h").symlink_to(path, target_is_directory=True)
    return alias, alias / "h"
