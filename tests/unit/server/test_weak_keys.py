import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.server.weak_keys import is_weak

P = 2**255 - 19
ORDER_8 = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)


@pytest.mark.parametrize("y", [0, 1, P - 1, P, P + 1, *(int.from_bytes(bytes.fromhex(text), "little") for text in ORDER_8)])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_under_which_anybody_signs_is_weak(y: int, sign: int) -> None:
    assert is_weak((y | sign << 255).to_bytes(32, "little"))


def test_a_real_key_is_not() -> None:
    assert not any(is_weak(Ed25519PrivateKey.generate().public_key().public_bytes_raw()) for _ in range(50))
