"""Ed25519 public keys under which anybody can sign (RFC 8032, 5.1.7 leaves their refusal to the caller): points of small order, other spellings."""

_P = 2**255 - 19
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


def is_weak(public_key: bytes) -> bool:
    """Say whether the raw key must be refused: its y is of small order or not below the prime."""
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    return y >= _P or y in _SMALL
