"""The signed state of a log: C2SP tlog-checkpoint in a C2SP signed-note, Ed25519.

A checkpoint is `origin, size, base64 root`, one a line. The *verifier key* (vkey) `name+hash+base64(0x01 || key)` names who signs; its name is the
log's origin. Signatures of others (witnesses) and extension lines are allowed and passed over.
"""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "— "


class CheckpointError(Exception):
    """A checkpoint that cannot be read or is not signed by the log's key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: whose, how many entries, the 32-byte root."""

    origin: str
    size: int
    root: bytes


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """Return the vkey of a name and key."""
    typed = _ED25519 + key.public_bytes_raw()
    return f"{name}+{_key_id(name, typed).hex()}+{b64encode(typed).decode()}"


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the signed note; the signer's name is the origin."""
    body = f"{checkpoint.origin}\n{checkpoint.size}\n{b64encode(checkpoint.root).decode()}\n"
    key_id = _key_id(checkpoint.origin, _ED25519 + key.public_key().public_bytes_raw())
    return f"{body}\n{_DASH}{checkpoint.origin} {b64encode(key_id + key.sign(body.encode())).decode()}\n"


def open_checkpoint(note: str, vkey: str) -> Checkpoint:
    """Return the checkpoint of a note that the vkey's owner has signed; raise `CheckpointError`."""
    body, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise CheckpointError("The checkpoint is no signed note.")
    _check_signature(f"{body}\n".encode(), signatures.split("\n")[:-1], vkey)
    checkpoint = _parse(body)
    if checkpoint.origin != vkey.split("+", 1)[0]:
        raise CheckpointError("The checkpoint is of another log.")
    return checkpoint


def _check_signature(body: bytes, lines: list[str], vkey: str) -> None:
    name, key_id, key = _parse_vkey(vkey)
    signatures = [signature for signer, signature in map(_parse_signature, lines) if signer == name and signature[:4] == key_id]
    if not signatures:
        raise CheckpointError("The checkpoint is not signed by the log's key.")
    _verify(key, signatures[0][4:], body)


def _parse_signature(line: str) -> tuple[str, bytes]:
    signer, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not encoded:
        raise CheckpointError("The checkpoint has a line that is no signature.")
    return signer, _decode(encoded)


def _verify(key: Ed25519PublicKey, signature: bytes, body: bytes) -> None:
    try:
        key.verify(signature, body)
    except InvalidSignature as error:
        raise CheckpointError("The checkpoint's signature is wrong.") from error


def _parse(body: str) -> Checkpoint:
    lines = body.split("\n")
    if len(lines) < 3 or not lines[0]:
        raise CheckpointError("The checkpoint is incomplete.")
    if not (lines[1].isascii() and lines[1].isdigit()) or (lines[1] != "0" and lines[1].startswith("0")) or len(lines[1]) > 18:
        raise CheckpointError("The checkpoint's size is no number.")
    root = _decode(lines[2])
    if len(root) != 32:
        raise CheckpointError("The checkpoint's root is no SHA-256.")
    return Checkpoint(lines[0], int(lines[1]), root)


def _parse_vkey(vkey: str) -> tuple[str, bytes, Ed25519PublicKey]:
    name, _, rest = vkey.partition("+")
    key_hash, _, encoded = rest.partition("+")
    typed = _decode(encoded)
    if len(typed) != 33 or typed[:1] != _ED25519 or _key_id(name, typed).hex() != key_hash:
        raise CheckpointError("The log's verifier key is damaged.")
    return name, _key_id(name, typed), Ed25519PublicKey.from_public_bytes(typed[1:])


def _key_id(name: str, typed_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + typed_key).digest()[:4]


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise CheckpointError("The checkpoint holds something that is not base64.") from error
