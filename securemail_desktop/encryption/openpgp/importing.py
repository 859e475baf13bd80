"""Bring OpenPGP keys into the home: public keys as they are, private keys under the home's own passphrase.

Rules: a private key never lies in the home unprotected or under a passphrase of someone's making: it is protected anew at once, or removed again.
"""

import subprocess
from collections.abc import Collection

from securemail_desktop.encryption.errors import NoGnuPG, NotImportable
from securemail_desktop.encryption.openpgp.home import GpgHome
from securemail_desktop.encryption.openpgp.key import Key

_TIMEOUT = 60.0  # seconds: a foreign key may ask for many rounds of key derivation


def import_keys(content: bytes, password: str, home: GpgHome, passphrase: str) -> tuple[Key, ...]:
    """Import armoured or binary keys; return them. `password` opens private keys, empty where they have none. Raise `NotImportable`."""
    before = set(home.listing())
    result = home.gpg.import_keys(content, passphrase=password or None)
    home.changed()
    revoked = {key.fingerprint for key in set(home.listing()) - before}  # GnuPG names no key for a bare revocation
    fingerprints = {str(found) for found in result.fingerprints if found} | revoked
    if not fingerprints:
        raise NotImportable("The file holds no OpenPGP key that GnuPG can read.")
    fresh = {key.fingerprint for key in home.listing() if key.secret} - {key.fingerprint for key in before if key.secret}
    for fingerprint in fresh:
        _protect_anew(fingerprint, password, home, passphrase, fresh)
    return tuple(key for key in home.listing() if key.fingerprint in fingerprints)


def _protect_anew(fingerprint: str, password: str, home: GpgHome, passphrase: str, fresh: Collection[str]) -> None:
    """Change the passphrase of every part. GnuPG asks for each: the old one where it has one, then the new one."""
    key = home.key(fingerprint)
    assert key is not None
    asked = [password, passphrase] if password else [passphrase]
    command = [*home.gpg.make_args(["--command-fd", "0", "--pinentry-mode", "loopback", "--passwd", fingerprint], passphrase=False)]
    command.remove("--batch")  # it would not ask
    answers = "".join(f"{answer}\n" for answer in asked * len(key.parts))
    try:
        changed = subprocess.run(command, input=answers.encode("utf-8"), check=False, capture_output=True, timeout=_TIMEOUT)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        _remove(fresh, home)
        raise NoGnuPG("GnuPG does not answer.") from error
    if b"[GNUPG:] SUCCESS keyedit.passwd" not in changed.stderr or not _opens(fingerprint, home, passphrase):
        _remove(fresh, home)
        raise NotImportable("The private OpenPGP key does not open with this password; nothing private was imported.")


def _opens(fingerprint: str, home: GpgHome, passphrase: str) -> bool:
    """Say so by an export: a key that has expired, or has no part here that signs, proves nothing else."""
    return "PRIVATE KEY BLOCK" in str(home.gpg.export_keys(fingerprint, secret=True, passphrase=passphrase))


def _remove(fingerprints: Collection[str], home: GpgHome) -> None:
    for fingerprint in fingerprints:
        home.gpg.delete_keys(fingerprint, secret=True, expect_passphrase=False)
    home.changed()
