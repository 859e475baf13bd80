"""The keys that sign policies: Ed25519, PKCS #8 under a passphrase (RFC 5958), as a file of mode 0600 or as a text for the keyring.

The public half is a small file beside it that names its owner; only that goes into the repository.
"""

import json
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from securemail_desktop.central.publishing.errors import KeyRefused
from securemail_desktop.central.rings import OWNER

_LONGEST_OWNER = 80


def make_key(owner: str, passphrase: str) -> tuple[str, str]:
    """Return a new key as PEM text, and its public half as JSON text; without a passphrase the PEM is in the clear. Raise `KeyRefused`."""
    if not owner.strip() or len(owner) > _LONGEST_OWNER or not owner.isprintable():
        raise KeyRefused(f"A key needs the name of its owner, of at most {_LONGEST_OWNER} characters.")
    key = Ed25519PrivateKey.generate()
    wrapping = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    document = {"owner": owner, "ed25519": key.public_key().public_bytes_raw().hex()}
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, wrapping).decode(), json.dumps(document, indent=1) + "\n"


def needs_passphrase(pem: str) -> bool:
    """Say whether the key is wrapped."""
    return "ENCRYPTED" in pem


def signer_of(pem: str, passphrase: str, name: str) -> CryptoSigner:
    """Return what signs with the key; `name` is what the error calls it. Raise `KeyRefused`."""
    try:
        key = load_pem_private_key(pem.encode(), passphrase.encode() if needs_passphrase(pem) else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefused(f"{name}: wrong passphrase, or no key that 'securemail policy key' made.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{name}: not an Ed25519 key; make one with 'securemail policy key'.")
    return CryptoSigner(key)


def public_key(path: Path) -> Key:
    """Return the public half in a file; raise `KeyRefused`."""
    try:
        document = json.loads(path.read_bytes())
        owner, key = str(document["owner"]), SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(document["ed25519"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyRefused(f"{path}: no public key that 'securemail policy key' wrote (NAME.pub).") from error
    key.unrecognized_fields[OWNER] = owner
    return key


def owner_of(key: Key) -> str:
    """Return whose key it is."""
    return str(key.unrecognized_fields.get(OWNER, key.keyid[:8]))
