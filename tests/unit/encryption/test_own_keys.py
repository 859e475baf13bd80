"""Which of several own keys is used: the newest, as soon as it is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from securemail_desktop.encryption.creating import create_openpgp
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import parse_address
from tests.support.pki import NOW

pytestmark = pytest.mark.slow  # GnuPG


@pytest.mark.parametrize("newest", [0, 1])
def test_of_two_openpgp_keys_the_newer_one_is_used(ring: KeyRing, newest: int) -> None:
    address = parse_address("Alice <alice@clinic.example>")
    made = sorted((create_openpgp(address, ring, NOW) for _ in range(2)), key=lambda record: record.key)
    for number, record in enumerate(made):
        ring.keep(replace(record, obtained=NOW + timedelta(days=number == newest)))
    assert ring.own(address, NOW).openpgp_key == made[newest].key
