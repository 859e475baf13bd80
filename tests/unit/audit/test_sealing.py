from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from securemail_desktop.audit.sealing import SealBroken, seal, unseal

FIELDS = {"rcpt": [{"addr": "bob@partner.example"}]}


def test_the_private_key_opens_what_was_sealed(sealing_key: X25519PrivateKey) -> None:
    sealed = seal(FIELDS, sealing_key.public_key().public_bytes_raw(), "rid-1")
    assert b"bob" not in b64decode(sealed)
    assert unseal(sealed, sealing_key.private_bytes_raw(), "rid-1") == FIELDS


def test_length_tells_little(sealing_key: X25519PrivateKey) -> None:
    public = sealing_key.public_key().public_bytes_raw()
    assert len(seal({"a": "x"}, public, "r")) == len(seal({"a": "x" * 200}, public, "r"))


@pytest.mark.parametrize("damage", ["rid", "key", "bytes", "base64"])
def test_anything_else_does_not_open(sealing_key: X25519PrivateKey, damage: str) -> None:
    sealed = seal(FIELDS, sealing_key.public_key().public_bytes_raw(), "rid-1")
    raw = bytearray(b64decode(sealed))
    raw[-1] ^= damage == "bytes"
    text = "%%%" if damage == "base64" else b64encode(raw).decode()
    key = X25519PrivateKey.generate() if damage == "key" else sealing_key
    with pytest.raises(SealBroken):
        unseal(text, key.private_bytes_raw(), "rid-2" if damage == "rid" else "rid-1")
