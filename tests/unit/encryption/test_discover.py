from datetime import timedelta

import pytest

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.deciding import cannot_open
from securemail_desktop.encryption.discover import OWN_TRANSPORT, capabilities_of
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Ways
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.ability import Ability
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import parse_address
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import NOW, Wish, pem, person, pki

ALICE = parse_address("alice@clinic.example")
BOB = parse_address("bob@hospital.example")
CAROL = parse_address("carol@clinic.example")
DORA = parse_address("dora@practice.example")


def _means(ring: KeyRing, address: str, day: int = 0, sender: str = "alice@clinic.example") -> Capabilities:
    now = NOW + timedelta(days=day)
    own = ring.own(parse_address(sender), now)
    return capabilities_of(parse_address(address), own, ring, Ways({"partner.example": "Gate"}, ("clinic.example",)), now)


def test_a_certificate_under_the_policys_anchor_counts(ring: KeyRing) -> None:
    (found,) = _means(ring, "bob@hospital.example").usable
    assert (found.method, found.accepted, found.key) == (Method.SMIME, True, sha256_of(pki().bob.certificate))


def test_a_key_whose_owner_cannot_open_it_is_passed_over_with_the_reason(full_ring: KeyRing, peer: Peer) -> None:
    (dora,) = full_ring.records_of(DORA)
    assert _means(full_ring, DORA.key).usable
    assert cannot_open(dora, full_ring, NOW)
    means = _means(full_ring, DORA.key)
    assert not means.usable
    assert (
        means.unusable[0].reason
        == f"dora@practice.example could not open it, as was said on {NOW:%Y-%m-%d}; Keys and certificates takes that back"
    )


def test_of_one_who_cannot_open_a_new_form_the_old_one_comes_first(ring: KeyRing) -> None:
    (bob,) = ring.records_of(BOB)
    ring.note_abilities(bob.key, frozenset(Ability), NOW)
    assert not cannot_open(bob, ring, NOW)
    ring.note_abilities(bob.key, frozenset(Ability), NOW + timedelta(days=9))
    assert ring.abilities(bob.key) == frozenset(), "what he announces counts no more"
    assert _means(ring, BOB.key).usable
    assert cannot_open(bob, ring, NOW)
    assert not _means(ring, BOB.key).usable


def test_an_expired_certificate_is_unusable_with_the_date(ring: KeyRing) -> None:
    means = capabilities_of(BOB, ring.own(ALICE, NOW), ring, Ways(), NOW + timedelta(days=366))
    assert not means.usable
    assert means.unusable[0].reason.startswith("bob@hospital.example's certificate expired on 20")


def test_the_newest_certificate_comes_first(ring: KeyRing) -> None:
    newer = person(Wish(first_day=0), pki().issuing).certificate
    put(ring, pem(newer), accept=False)
    keys = [found.key for found in _means(ring, "bob@hospital.example", day=1).usable]
    assert keys == [sha256_of(newer), sha256_of(pki().bob.certificate)]


def test_a_strangers_certificate_waits_for_acceptance(ring: KeyRing) -> None:
    stranger = person(Wish("eve@else.example"), pki().stranger_root).certificate
    put(ring, pem(stranger) + pem(pki().stranger_root.certificate), accept=False)
    assert [found.accepted for found in _means(ring, "eve@else.example").usable] == [False]
    put(ring, pem(stranger))
    assert [found.accepted for found in _means(ring, "eve@else.example").usable] == [True]


def test_an_accepted_authority_does_not_stand_beside_the_policys_anchors(ring: KeyRing) -> None:
    put(ring, pem(pki().stranger_root.certificate))
    put(ring, pem(person(Wish("eve@else.example"), pki().stranger_root).certificate), accept=False)
    assert [found.accepted for found in _means(ring, "eve@else.example").usable] == [False]


def test_an_accepted_authority_vouches_where_policy_names_none(ring: KeyRing, tmp_path: object) -> None:
    free = KeyRing(MemoryVault(), ring._gpg_folder)
    put(free, pem(pki().root.certificate) + pem(pki().issuing.certificate))
    put(free, pem(pki().bob.certificate), accept=False)
    own = ring.own(ALICE, NOW)
    assert [found.accepted for found in capabilities_of(BOB, own, free, Ways(), NOW).usable] == [True]


def test_an_accepted_openpgp_key_counts(full_ring: KeyRing, peer: Peer) -> None:
    (found,) = _means(full_ring, "dora@practice.example").usable
    assert (found.method, found.accepted) == (Method.OPENPGP, True)
    assert found.key == peer.fingerprint("Dora <dora@practice.example>")


def test_an_openpgp_key_that_nobody_accepted_does_not_count(ring: KeyRing, peer: Peer) -> None:
    put(ring, peer.private(peer.fingerprint("Alice <alice@clinic.example>"), "hers"), "hers")
    put(ring, peer.public(peer.fingerprint("Dora <dora@practice.example>")), accept=False)
    assert [found.accepted for found in _means(ring, "dora@practice.example").usable] == [False]


def test_an_expired_openpgp_key_is_unusable(full_ring: KeyRing) -> None:
    means = capabilities_of(DORA, full_ring.own(ALICE, NOW), full_ring, Ways(), NOW + timedelta(days=400))
    assert not means.usable
    assert means.unusable[0].reason.startswith("dora@practice.example's key expired on 20")


def test_without_a_key_of_ones_own_nothing_can_be_signed(ring: KeyRing) -> None:
    means = _means(ring, "bob@hospital.example", sender="nurse@clinic.example")
    assert not means.usable
    assert means.unusable[0].reason == "you have no certificate of your own that could sign the message"


@pytest.mark.parametrize(
    ("address", "key"),
    [("frank@partner.example", "Gate"), ("nurse@clinic.example", OWN_TRANSPORT), ("x@sub.partner.example", ""), ("x@gmail.example", "")],
)
def test_the_way_counts_only_where_somebody_enforces_it(ring: KeyRing, address: str, key: str) -> None:
    assert [found.key for found in _means(ring, address).usable] == ([key] if key else [])


def test_a_colleague_with_a_certificate_has_both_ways(ring: KeyRing) -> None:
    assert [found.method for found in _means(ring, CAROL.key).usable] == [Method.SMIME, Method.TLS]
