"""Blocks of keys from strangers: public packets that fill the block exactly, or nothing."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.errors import NotImportable
from securemail_desktop.encryption.openpgp.taking_in import public_block


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\x00",
        b"\x98",
        b"\x98\x02x",
        b"\x98\x01x\xc7\x01x",
        b"\x94\x01x",
        b"\x9b\x01x",
        b"\xc6\xe1x",
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!\n-----END PGP PUBLIC KEY BLOCK-----",
    ],
    ids=["empty", "no packet", "cut", "too short", "private subkey", "private", "endless", "partial", "bad armour"],
)
def test_what_is_no_public_key_is_refused(block: bytes) -> None:
    with pytest.raises(NotImportable):
        public_block(block)


@pytest.mark.parametrize(
    "block", [b"\x98\x01x", b"\xc6\x01x", b"\xc6\xc0\x00" + b"x" * 192, b"\xc6\xff\x00\x00\x00\x01x", b"\x99\x00\x01x\xcd\x01u"]
)
def test_every_form_of_a_length_is_read(block: bytes) -> None:
    assert public_block(block) == block


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_whole_or_refused(content: bytes) -> None:
    with suppress(NotImportable):
        assert public_block(content) == content
