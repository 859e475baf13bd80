"""Make an own OpenPGP key (RFC 4880, RFC 6637): Ed25519 that signs, Curve25519 that receives."""

import subprocess

from securemail_desktop.encryption.openpgp.home import GpgHome

_TIMEOUT = 60.0  # seconds
_CREATED = "[GNUPG:] KEY_CREATED "


def make_key(user_id: str, years: int, home: GpgHome, passphrase: str) -> str:
    """Make a key of both parts under the home's passphrase; return its fingerprint, empty where GnuPG could not.

    There may be a former one of the same name, whose place it takes.
    """
    fingerprint = _made(["--yes", "--quick-gen-key", user_id, "ed25519", "sign", f"{years}y"], home, passphrase)
    if fingerprint and not _made(["--quick-add-key", fingerprint, "cv25519", "encr", f"{years}y"], home, passphrase):
        home.gpg.delete_keys(fingerprint, secret=True, passphrase=passphrase)
        home.gpg.delete_keys(fingerprint)
        fingerprint = ""
    home.changed()
    return fingerprint


def _made(action: list[str], home: GpgHome, passphrase: str) -> str:
    """Run one step; the passphrase is given with each, because the agent keeps none for the next."""
    command = home.gpg.make_args(["--pinentry-mode", "loopback", *action], passphrase=True)
    try:
        done = subprocess.run(command, input=passphrase.encode("utf-8") + b"\n", check=False, capture_output=True, timeout=_TIMEOUT)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    created = next((line for line in lines if line.startswith(_CREATED)), "")
    return created.split()[3] if len(created.split()) > 3 and done.returncode == 0 else ""
