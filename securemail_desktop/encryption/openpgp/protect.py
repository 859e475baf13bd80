"""Sign and encrypt in one step: a multipart/encrypted entity (RFC 3156, 6.2).

Rules: always signed inside; exactly the keys that were handed over, by full fingerprint, after the program's own acceptance; GnuPG itself refuses
expired and revoked keys once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from securemail_desktop.encryption.entity import canonical, leaf, multipart_pieces
from securemail_desktop.encryption.errors import EncryptionError, KeyRefused
from securemail_desktop.encryption.openpgp.home import GpgHome

_ENCRYPTED = 'multipart/encrypted; protocol="application/pgp-encrypted"'
_VERSION = leaf(("Content-Type: application/pgp-encrypted", "Content-Description: PGP/MIME version"), b"Version: 1\r\n")
_CONTENT = (
    'Content-Type: application/octet-stream; name="encrypted.asc"',
    "Content-Description: OpenPGP encrypted message",
    'Content-Disposition: inline; filename="encrypted.asc"',
)


@dataclass(frozen=True, slots=True)
class Signer:
    """The own key that signs, and the passphrase that protects it in the home."""

    fingerprint: str
    passphrase: str = field(repr=False)


def protect(entity: bytes, fingerprints: Sequence[str], home: GpgHome, signer: Signer) -> list[bytes]:
    """Return the pieces of the entity signed by the sender and encrypted to exactly these keys; raise `KeyRefused`, or `ValueError` without any."""
    if not fingerprints:
        raise ValueError("an encrypted message needs a recipient")
    result = home.gpg.encrypt(
        canonical(entity),
        list(fingerprints),
        sign=signer.fingerprint,
        passphrase=signer.passphrase,
        always_trust=True,  # the caller accepted these very keys
        extra_args=["--no-encrypt-to"],
    )
    if not result.ok or result.returncode != 0 or not result.data:
        raise _refusal(result.status)
    return multipart_pieces(_ENCRYPTED, [(_VERSION,), (leaf(_CONTENT, b""), canonical(result.data))])


def _refusal(status: str) -> EncryptionError:
    if status.startswith(("invalid recipient", "key expired")):
        return KeyRefused("GnuPG refuses a recipient's OpenPGP key: it is expired, revoked or not for encryption.")
    if "passphrase" in status:
        return EncryptionError("Your OpenPGP key does not open with the passphrase that the program keeps for it: import it again.")
    return EncryptionError(f"GnuPG could not protect the message ({status or 'no reason given'}).")
