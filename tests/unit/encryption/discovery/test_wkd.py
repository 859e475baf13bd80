"""Places of the Web Key Directory, by the example of the draft."""

from securemail_desktop.encryption.discovery.wkd import urls, zbase32
from securemail_desktop.message.address import parse_address


def test_the_example_of_the_draft() -> None:
    assert urls(parse_address("Joe.Doe@Example.ORG")) == (
        "https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
        "https://example.org/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
    )


def test_a_local_part_cannot_lead_elsewhere() -> None:
    advanced, _ = urls(parse_address('"../x?y#z"@example.org'))
    assert advanced.endswith("?l=..%2Fx%3Fy%23z")


def test_z_base_32_pads_its_last_bits() -> None:
    assert [zbase32(b""), zbase32(b"\x00"), zbase32(b"\xff" * 5)] == ["", "yy", "9" * 8]
