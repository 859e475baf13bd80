from datetime import timedelta

import pytest

from securemail_desktop.encryption.errors import EncryptionError, KeyRefused, NoKey, NotAvailable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.protect import protect_entity
from securemail_desktop.encryption.ring import KeyRing, OwnKeys
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import parse_address
from tests.support.keys import Peer, put
from tests.support.pki import NOW, Wish, pem, person, pki

pytestmark = pytest.mark.slow  # several seconds together

ENTITY = b"Content-Type: text/plain\r\n\r\nThe canary sings.\r\n"
ALICE = parse_address("alice@clinic.example")
BOB_KEY = sha256_of(pki().bob.certificate)


def test_smime_hides_the_content_and_names_its_types(ring: KeyRing) -> None:
    protected = b"".join(protect_entity(Method.SMIME, ENTITY, (BOB_KEY,), ring.own(ALICE, NOW), ring, NOW))
    assert protected.startswith(b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data;")
    assert b"canary" not in protected
    assert max(map(len, protected.split(b"\r\n"))) <= 78


def test_openpgp_makes_pgp_mime_for_exactly_the_keys(full_ring: KeyRing, peer: Peer) -> None:
    dora = peer.fingerprint("Dora <dora@practice.example>")
    protected = b"".join(protect_entity(Method.OPENPGP, ENTITY, (dora,), full_ring.own(ALICE, NOW), full_ring, NOW))
    assert protected.startswith(b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";')
    packets = peer.gpg("--list-packets", stdin=protected[protected.index(b"-----BEGIN") :], check=False)
    assert packets.count(b":pubkey enc packet:") == 1


@pytest.mark.parametrize("method", [Method.TLS, Method.CLEAR])
def test_the_way_leaves_the_entity_alone(ring: KeyRing, method: Method) -> None:
    assert b"".join(protect_entity(method, ENTITY, (), OwnKeys(ALICE), ring, NOW)) == ENTITY


@pytest.mark.parametrize("method", [Method.PORTAL, Method.NONE])
def test_what_cannot_be_done_is_said(ring: KeyRing, method: Method) -> None:
    with pytest.raises(NotAvailable):
        protect_entity(method, ENTITY, ("key",), OwnKeys(ALICE), ring, NOW)


@pytest.mark.parametrize("method", [Method.SMIME, Method.OPENPGP])
def test_nothing_is_encrypted_unsigned(ring: KeyRing, method: Method) -> None:
    with pytest.raises(NoKey, match="alice"):
        protect_entity(method, ENTITY, (BOB_KEY,), OwnKeys(ALICE), ring, NOW)


@pytest.mark.parametrize("method", [Method.SMIME, Method.OPENPGP])
def test_nothing_is_encrypted_to_nobody(full_ring: KeyRing, method: Method) -> None:
    with pytest.raises(NoKey):
        protect_entity(method, ENTITY, (), full_ring.own(ALICE, NOW), full_ring, NOW)


def test_a_certificate_that_expired_since_the_review_stops_the_copy(ring: KeyRing) -> None:
    old = person(Wish(last_day=3), pki().issuing).certificate
    put(ring, pem(old), accept=True)
    own = ring.own(ALICE, NOW)
    with pytest.raises(KeyRefused, match=r"bob@hospital\.example's certificate expired"):
        protect_entity(Method.SMIME, ENTITY, (BOB_KEY, sha256_of(old)), own, ring, NOW + timedelta(days=4))


def test_a_certificate_that_nobody_vouches_for_stops_the_copy(ring: KeyRing) -> None:
    stranger = person(Wish("eve@else.example"), pki().stranger_root).certificate
    put(ring, pem(stranger), accept=False)
    with pytest.raises(KeyRefused, match=r"vouched for eve@else\.example"):
        protect_entity(Method.SMIME, ENTITY, (BOB_KEY, sha256_of(stranger)), ring.own(ALICE, NOW), ring, NOW)


def test_ones_own_expired_certificate_signs_nothing(ring: KeyRing) -> None:
    own = ring.own(ALICE, NOW)
    with pytest.raises(KeyRefused, match=r"cannot be signed: alice@clinic\.example's certificate expired"):
        protect_entity(Method.SMIME, ENTITY, (BOB_KEY,), own, ring, NOW + timedelta(days=366))


def test_an_unknown_key_stops_the_copy(full_ring: KeyRing) -> None:
    own = full_ring.own(ALICE, NOW)
    for method in (Method.SMIME, Method.OPENPGP):
        with pytest.raises(NoKey):
            protect_entity(method, ENTITY, ("00" * 20,), own, full_ring, NOW)


def test_an_openpgp_key_that_nobody_accepted_stops_the_copy(ring: KeyRing, peer: Peer) -> None:
    put(ring, peer.private(peer.fingerprint("Alice <alice@clinic.example>"), "hers"), "hers")
    (dora,) = put(ring, peer.public(peer.fingerprint("Dora <dora@practice.example>")), accept=False)
    with pytest.raises(KeyRefused, match=r"dora@practice\.example"):
        protect_entity(Method.OPENPGP, ENTITY, (dora.key,), ring.own(ALICE, NOW), ring, NOW)


@pytest.mark.parametrize(
    ("algorithm", "expires", "says"), [("ed25519", "1y", "no part that can receive"), ("rsa1024/rsa1024", "1y", "too weak")]
)
def test_an_openpgp_key_that_is_no_good_stops_the_copy(full_ring: KeyRing, peer: Peer, algorithm: str, expires: str, says: str) -> None:
    user = f"Fay <fay-{algorithm.partition('/')[0]}@practice.example>"
    (record,) = put(full_ring, peer.public(peer.make_key(user, algorithm, expires)))
    with pytest.raises(EncryptionError, match=says):
        protect_entity(Method.OPENPGP, ENTITY, (record.key,), full_ring.own(ALICE, NOW), full_ring, NOW)


def test_a_revoked_openpgp_key_stops_the_copy(full_ring: KeyRing, peer: Peer) -> None:
    fingerprint = peer.make_key("Gil <gil@practice.example>")
    put(full_ring, peer.public(fingerprint))
    certificate = (peer.folder / "openpgp-revocs.d" / f"{fingerprint}.rev").read_bytes().replace(b":-----BEGIN", b"-----BEGIN")
    put(full_ring, certificate[certificate.index(b"-----BEGIN") :])
    with pytest.raises(KeyRefused, match="revoked"):
        protect_entity(Method.OPENPGP, ENTITY, (fingerprint,), full_ring.own(ALICE, NOW), full_ring, NOW)
