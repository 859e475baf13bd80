"""The store key wrapped by a passphrase, as one line of JSON: scrypt (RFC 7914) makes the key of an AES-256-GCM box, bound to its parameters."""

import json
import secrets
from typing import Any
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from securemail_desktop.store.errors import WrongKey, WrongPassphrase

_COST, _BLOCKS, _LANES = 2**17, 8, 1  # 128 MB and about half a second: what an offline guess costs too
_MOST_COST = 2**20  # a damaged line must not ask for more than a gigabyte
SHORTEST = 8  # characters of a passphrase; several words are best
_MARK = "securemail-key"


def is_wrapped(text: str) -> bool:
    """Say whether the text is a wrapped key."""
    return text.startswith(f'{{"{_MARK}"')


def wrap(key: bytes, passphrase: str) -> str:
    """Return the key wrapped by the passphrase."""
    about = {_MARK: 1, "n": _COST, "r": _BLOCKS, "p": _LANES, "salt": secrets.token_hex(16), "nonce": secrets.token_hex(12)}
    box = AESGCM(_stretched(passphrase, about)).encrypt(bytes.fromhex(str(about["nonce"])), key, _bound(about))
    return json.dumps({**about, "box": box.hex()})


def unwrap(text: str, passphrase: str) -> bytes:
    """Return the key; raise `WrongPassphrase`, or `WrongKey` when the text is damaged."""
    try:
        about: dict[str, Any] = json.loads(text)
        box, nonce = bytes.fromhex(about.pop("box")), bytes.fromhex(about["nonce"])
        return AESGCM(_stretched(passphrase, about)).decrypt(nonce, box, _bound(about))
    except InvalidTag as error:
        raise WrongPassphrase("This passphrase does not open your mail: try again.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongKey("The kept key of the mail store is damaged: restore the keyring or the key file from a backup.") from error


def _stretched(passphrase: str, about: dict[str, Any]) -> bytes:
    if not 2 <= about["n"] <= _MOST_COST or (about["r"], about["p"]) != (_BLOCKS, _LANES):
        raise ValueError("parameters that this program does not use")
    scrypt = Scrypt(salt=bytes.fromhex(about["salt"]), length=32, n=about["n"], r=about["r"], p=about["p"])
    return scrypt.derive(normalize("NFC", passphrase).encode())  # RFC 8265: the same letters however they were typed


def _bound(about: dict[str, Any]) -> bytes:
    return json.dumps(about, sort_keys=True).encode()
