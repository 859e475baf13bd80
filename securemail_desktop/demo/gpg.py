"""OpenPGP keys for the demo's people, made by gpg in homes that are not alice's."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from securemail_desktop.message.address import Address, format_address


def make_key(address: Address, folder: Path) -> None:
    """Write `public.asc` and `secret.asc` (without passphrase) of a new key into the folder; raise `RuntimeError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A home of its own with a short path: gpg-agent's socket name has a limit of about 100 characters.
    with TemporaryDirectory(prefix="gpg") as home:
        try:
            _gpg(home, "--quick-generate-key", format_address(address), "ed25519", "sign,cert", "never")
            _gpg(home, "--quick-add-key", _fingerprint(home), "cv25519", "encr", "never")
            _write(folder / "public.asc", _gpg(home, "--armor", "--export"))
            _write(folder / "secret.asc", _gpg(home, "--armor", "--export-secret-keys"))
        finally:
            _run([_program("gpgconf"), "--homedir", home, "--kill", "all"])


def _gpg(home: str, *arguments: str) -> bytes:
    return _run([_program("gpg"), "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *arguments])


def _fingerprint(home: str) -> str:
    listing = _gpg(home, "--with-colons", "--list-secret-keys").decode()
    return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise RuntimeError("GnuPG is missing: install the package gnupg")
    return path


def _run(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed while the demo's keys were made")
    return done.stdout


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
