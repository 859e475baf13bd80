"""Revoke an own OpenPGP key (RFC 4880, 5.2.1, type 0x20): whoever gets the key afterwards sees that it is not to be used."""

import subprocess

from securemail_desktop.encryption.openpgp.home import GpgHome

_TIMEOUT = 30.0  # seconds
_ANSWERS = b"y\n1\n\ny\n"  # sure; "the key may be in other hands"; no words; done


def revoke_key(fingerprint: str, home: GpgHome, passphrase: str) -> bool:
    """Revoke the key in the home; return whether it is revoked now."""
    arguments = ["--command-fd", "0", "--pinentry-mode", "loopback", "--armor", "--gen-revoke", fingerprint]
    command = [*home.gpg.make_args(arguments, passphrase=False)]
    command.remove("--batch")  # it would not ask
    try:
        answers = _ANSWERS + passphrase.encode("utf-8") + b"\n"
        made = subprocess.run(command, input=answers, check=False, capture_output=True, timeout=_TIMEOUT)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    home.gpg.import_keys(made.stdout)
    home.changed()
    key = home.key(fingerprint)
    return key is not None and key.parts[0].trust == "r"
