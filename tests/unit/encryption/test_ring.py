"""Who vouches is remembered, and asked anew with everything that may change the answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import vouched
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.encryption.standing import Mode, Standing, State
from tests.support.keys import put
from tests.support.pki import NOW, pem, pki

BOB = pki().bob.certificate


def _take_back(ring: KeyRing) -> None:
    ring.note(sha256_of(BOB), Standing(State.REVOKED, NOW, NOW + timedelta(days=1), NOW))


def _heed_nothing(ring: KeyRing) -> None:
    ring.revocation = Mode.OFF


def test_who_vouches_is_made_once_while_nothing_changes(ring: KeyRing) -> None:
    trust = ring.trust()
    assert vouched(BOB, trust, NOW)
    assert ring.trust() is trust


@pytest.mark.parametrize(
    ("change", "expected"),
    [(_take_back, False), (lambda ring: ring.anchor([pem(pki().stranger_root.certificate)]), False), (KeyRing.reload, True)],
)
def test_who_vouches_is_asked_anew_after_a_change(ring: KeyRing, change: Callable[[KeyRing], None], expected: bool) -> None:
    assert vouched(BOB, ring.trust(), NOW)
    change(ring)
    assert vouched(BOB, ring.trust(), NOW) is expected


def test_a_certificate_that_was_taken_back_counts_again_where_policy_asks_nobody(ring: KeyRing) -> None:
    _take_back(ring)
    assert not vouched(BOB, ring.trust(), NOW)
    _heed_nothing(ring)
    assert vouched(BOB, ring.trust(), NOW)


def test_a_key_that_is_accepted_counts_from_then_on(ring: KeyRing) -> None:
    mallory = pki().mallory.certificate
    assert not vouched(mallory, ring.trust(), NOW)
    put(ring, pem(mallory))
    assert vouched(mallory, ring.trust(), NOW)
    (record,) = (r for r in ring.records() if r.key == sha256_of(mallory))
    ring.forget(record)
    assert not vouched(mallory, ring.trust(), NOW)
