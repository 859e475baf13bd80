"""Open and verify PGP/MIME content with GnuPG (RFC 3156, 4880).

Rules: content counts only when GnuPG says that decryption was complete and the content's integrity was checked; one plaintext a message, of bounded
size; a signature counts only with a key that was accepted and is sound; more than one signature counts only when all do.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from securemail_desktop.encryption.errors import NotReadable
from securemail_desktop.encryption.openpgp.home import GpgHome
from securemail_desktop.encryption.openpgp.key import Key
from securemail_desktop.encryption.signature import Signature

_LARGEST = 256 * 1024 * 1024  # bytes of plaintext: compressed messages can claim any size
_STATUS = "[GNUPG:] "


@dataclass(frozen=True, slots=True)
class Decrypted:
    """The content, whose integrity was checked, and the signature inside, None where there is none."""

    content: bytes
    signature: Signature | None


def decrypt(message: bytes, home: GpgHome, passphrase: str, accepted: Collection[str]) -> Decrypted:
    """Return the content of an encrypted message, armoured or not; `accepted` are the fingerprints that count. Raise `NotReadable`."""
    result = home.gpg.decrypt(message, passphrase=passphrase, always_trust=True, extra_args=["--max-output", str(_LARGEST)])
    words = _status(result.stderr)
    if not result.ok or words.count("PLAINTEXT") != 1 or not _checked(words, result.stderr):
        raise NotReadable(_why(words))
    signed = "NEWSIG" in words
    return Decrypted(bytes(result.data), _judge(result, words, home, accepted) if signed else None)


def open_signed(message: bytes, home: GpgHome, accepted: Collection[str]) -> Decrypted:
    """Return the text of a clear-signed message (RFC 4880, 7) and the judgement on its signature; raise `NotReadable` for anything else."""
    result = home.gpg.decrypt(message, always_trust=True, extra_args=["--max-output", str(_LARGEST)])
    words = _status(result.stderr)
    if words.count("PLAINTEXT") != 1 or "NEWSIG" not in words or "BEGIN_DECRYPTION" in words:
        raise NotReadable("The signed text is damaged.")
    return Decrypted(bytes(result.data), _judge(result, words, home, accepted))


def verify_detached(content: bytes, signature: bytes, home: GpgHome, accepted: Collection[str]) -> Signature:
    """Return the judgement on the signature of a multipart/signed entity; never raises for hostile bytes."""
    with home.private_file(signature) as path:
        result = home.gpg.verify_data(path, content)
    return _judge(result, _status(result.stderr), home, accepted)


def _status(stderr: str) -> list[str]:
    """Return the keywords of GnuPG's status lines, in order."""
    return [line[len(_STATUS) :].partition(" ")[0] for line in stderr.splitlines() if line.startswith(_STATUS)]


def _checked(words: Collection[str], stderr: str) -> bool:
    """Say whether integrity was checked: a good MDC, or an AEAD mode, which is the third number of DECRYPTION_INFO."""
    if "GOODMDC" in words:
        return True
    info = next((line.split()[2:] for line in stderr.splitlines() if line.startswith(f"{_STATUS}DECRYPTION_INFO ")), [])
    return len(info) >= 3 and info[2] != "0"


def _why(words: Collection[str]) -> str:
    if "NO_SECKEY" in words and "DECRYPTION_OKAY" not in words:
        return "This message is encrypted for keys that are not in your key ring."
    return "The encrypted message is damaged or was altered on the way."


def _judge(result: Any, words: list[str], home: GpgHome, accepted: Collection[str]) -> Signature:
    if words.count("NEWSIG") != words.count("GOODSIG") or not result.valid or result.problems or not result.pubkey_fingerprint:
        return Signature(_problem(words))
    key = home.key(result.pubkey_fingerprint)
    signed_at = datetime.fromtimestamp(int(result.sig_timestamp), UTC) if result.sig_timestamp else None
    if key is None or result.pubkey_fingerprint not in accepted:
        return Signature("nobody has accepted the signer's key yet", key.addresses if key else (), signed_at)
    return Signature(_weak(key), key.addresses, signed_at)


def _weak(key: Key) -> str:
    return "" if all(part.strong for part in key.parts if part.capabilities.count("s")) else "the signer's key is too weak"


def _problem(words: Collection[str]) -> str:
    for word, reason in (
        ("BADSIG", "the signature does not fit the message: it was altered, or signed by someone else"),
        ("REVKEYSIG", "the signer's key was revoked by its owner"),
        ("EXPKEYSIG", "the signer's key has expired"),
        ("EXPSIG", "the signature has expired"),
        ("NO_PUBKEY", "the signer's key is not in your key ring"),
    ):
        if word in words:
            return reason
    return "the signature cannot be verified"
