"""What programs announce that they can open (SMIMECapabilities): told in signatures, remembered from verified ones, used for who told it only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.encryption.entity import parse_entity, split_multipart
from securemail_desktop.encryption.learning import learn_certificates
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, SignatureVerdict
from securemail_desktop.encryption.protect import protect_entity
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.ability import Ability
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.encryption.smime.protect import sign
from securemail_desktop.message.address import parse_address
from tests.integration.encryption.test_peers import OpenSsl
from tests.support.keys import MemoryVault, put
from tests.support.mail import BODY, message
from tests.support.pki import NOW, Wish, pem, person, pkcs12, pki

LATER = NOW + timedelta(minutes=5)
ALICE, BOB = parse_address("alice@clinic.example"), parse_address("bob@hospital.example")
ALL = frozenset(Ability)


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpenSsl:
    return OpenSsl(tmp_path_factory.mktemp("openssl"))


def owned_by(folder: Path, identity: Identity, password: str = "pw") -> KeyRing:
    ring = KeyRing(MemoryVault(), folder, [pem(pki().root.certificate)])
    put(ring, pkcs12(identity, password), password)
    put(ring, pem(pki().issuing.certificate), accept=False)
    return ring


@pytest.fixture
def alice(tmp_path: Path) -> Iterator[KeyRing]:
    ring = owned_by(tmp_path / "alice", pki().alice)
    yield ring
    ring.close()


@pytest.fixture
def bob(tmp_path: Path) -> Iterator[KeyRing]:
    ring = owned_by(tmp_path / "bob", pki().bob)
    yield ring
    ring.close()


def sealed(ring: KeyRing, *people: Identity) -> bytes:
    for each in people:
        put(ring, pem(each.certificate), accept=False)
    keys = [sha256_of(each.certificate) for each in people]
    return b"".join(protect_entity(Method.SMIME, BODY, keys, ring.own(ALICE, LATER), ring, LATER))


def algorithms(entity: bytes) -> tuple[str, list[str]]:
    """The cipher, and how each recipient's key travels."""
    info = cms.ContentInfo.load(parse_entity(entity).content())
    data = info["content"]
    name = "auth_encrypted_content_info" if info["content_type"].native == "authenticated_enveloped_data" else "encrypted_content_info"
    return data[name]["content_encryption_algorithm"]["algorithm"].native, [
        r.chosen["key_encryption_algorithm"]["algorithm"].native for r in data["recipient_infos"]
    ]


def read_by(openssl: OpenSsl, name: str, entity: bytes) -> bytes:
    signed = openssl("-decrypt", "-recip", name, stdin=b"MIME-Version: 1.0\r\n" + entity)
    return openssl("-verify", "-CAfile", "root.pem", stdin=signed)


def learned(ring: KeyRing, signed: bytes, sender: str = "bob@hospital.example") -> frozenset[Ability]:
    found = open_message(message(signed, sender), ring, LATER)
    assert found.from_matches
    learn_certificates(found, parse_address(sender), ring, LATER)
    (record,) = [r for r in ring.records_of(parse_address(sender)) if r.method is Method.SMIME]
    return ring.abilities(record.key)


def test_what_we_announce_openssl_and_we_ourselves_read(alice: KeyRing, openssl: OpenSsl) -> None:
    signed = sign(BODY, pki().bob)
    printed = openssl("-cmsout", "-print", stdin=b"MIME-Version: 1.0\r\n" + signed).decode()
    listed = printed.partition("S/MIME Capabilities")[2].partition("signatureAlgorithm")[0]
    assert [listed.find(name) > 0 for name in ("aes-256-gcm", "aes-256-cbc", "rsaesOaep", "stdDH-sha256kdf")] == [True] * 4
    assert learned(alice, sign(BODY, replace(pki().bob, chain=(pki().issuing.certificate,)))) == ALL


def test_who_announced_it_gets_gcm_and_oaep_and_openssl_opens_it(alice: KeyRing, openssl: OpenSsl, bob: KeyRing) -> None:
    learned(alice, sign(BODY, pki().bob))
    entity = sealed(alice, pki().bob)
    assert algorithms(entity) == ("aes256_gcm", ["rsaes_oaep"])
    assert b"smime-type=authEnveloped-data" in entity
    assert read_by(openssl, "bob.pem", entity) == BODY
    found = open_message(message(entity), bob, LATER)
    assert (found.decrypted, found.signature, found.integrity) == (True, SignatureVerdict.VALID, Integrity.AUTHENTICATED)


def test_one_who_announced_nothing_keeps_the_whole_copy_readable_for_him(alice: KeyRing, openssl: OpenSsl) -> None:
    learned(alice, sign(BODY, pki().bob))
    entity = sealed(alice, pki().bob, pki().carol)
    assert algorithms(entity) == ("aes256_cbc", ["rsaes_oaep", "1.3.132.1.11.1"])
    for name in ("bob.pem", "carol.pem"):
        assert read_by(openssl, name, entity) == BODY


def test_by_default_nothing_new_is_used(alice: KeyRing) -> None:
    assert algorithms(sealed(alice, pki().bob)) == ("aes256_cbc", ["rsaes_pkcs1v15"])


def test_what_openssl_announces_is_read_and_takes_the_place_of_what_was_known(alice: KeyRing, openssl: OpenSsl) -> None:
    alice.note_abilities(sha256_of(pki().bob.certificate), ALL, NOW - timedelta(days=1))
    wire = openssl("-sign", "-signer", "bob.pem", "-certfile", "chain.pem", stdin=BODY).replace(b"MIME-Version: 1.0\n", b"")
    assert learned(alice, wire) == frozenset()
    alice.note_abilities(sha256_of(pki().bob.certificate), ALL, NOW - timedelta(days=1))
    assert alice.abilities(sha256_of(pki().bob.certificate)) == frozenset(), "older news change nothing"


def test_an_ed25519_key_signs_where_there_is_no_other(tmp_path: Path, bob: KeyRing) -> None:
    """openssl 3.0 refuses every Ed25519 signature of CMS ("invalid digest"), so nobody but we ourselves read it here."""
    signer = person(Wish("alice@clinic.example", first_day=0), pki().issuing, Ed25519PrivateKey.generate())
    ring = owned_by(tmp_path / "ed", signer)
    own = ring.own(ALICE, LATER)
    assert own.smime is not None
    assert own.smime_key == "", "it receives nothing"
    signed = sign(BODY, own.smime)
    assert b"micalg=sha-512" in signed
    found = open_message(message(signed), bob, LATER)
    assert (found.signature, found.from_matches) == (SignatureVerdict.VALID, True)
    altered = open_message(message(signed.replace(b"canary", b"parrot")), bob, LATER)
    assert altered.signature is SignatureVerdict.INVALID
    put(ring, pkcs12(pki().alice, "pw"), "pw")
    own = ring.own(ALICE, LATER)
    assert own.smime is not None
    assert own.smime.certificate == pki().alice.certificate
    ring.close()


def test_a_signature_of_ours_fits_its_own_content_only(bob: KeyRing) -> None:
    signed = sign(BODY, pki().alice)
    content, signature = split_multipart(parse_entity(signed))
    other = signed.replace(content, content.replace(b"canary", b"parrot"))
    assert open_message(message(other), bob, LATER).signature is SignatureVerdict.INVALID
    assert parse_entity(signature).content_type == "application/pkcs7-signature"
