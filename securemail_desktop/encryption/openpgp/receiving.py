"""The parts of an own OpenPGP key that decrypt, without those that sign: what may be kept for somebody else."""

import subprocess

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.openpgp.home import GpgHome

_TIMEOUT = 60.0  # seconds


def receiving_parts(fingerprint: str, home: GpgHome, passphrase: str) -> str:
    """Return armour with the private parts that decrypt, under the home's passphrase; raise `EncryptionError`.

    The primary key stays out unless it decrypts itself, as some old keys do: then there is no way to keep one without the other.
    """
    rows = home.gpg.list_keys(secret=True, keys=[fingerprint])
    parts = [key_id for row in rows for key_id, part in row.get("subkey_info", {}).items() if "e" in part["cap"]]
    whole = any("e" in row["cap"] for row in rows)  # small letters are the primary key's own
    action = ["--export-secret-keys", fingerprint] if whole else ["--export-secret-subkeys", *(f"{each}!" for each in parts)]
    if not whole and not parts:
        raise EncryptionError("An OpenPGP key of yours has no part that receives mail.")
    command = home.gpg.make_args(["--armor", "--pinentry-mode", "loopback", *action], passphrase=True)
    try:
        done = subprocess.run(command, input=passphrase.encode() + b"\n", check=False, capture_output=True, timeout=_TIMEOUT)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EncryptionError("GnuPG does not answer.") from error
    armour = done.stdout.decode("ascii", "replace")
    if "PRIVATE KEY BLOCK" not in armour:
        raise EncryptionError("GnuPG could not read the private part of an OpenPGP key of yours.")
    return armour
