from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from securemail_desktop.encryption.errors import NotImportable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import KeyRecord, Role, decode, encode
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import parse_address
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import NOW, key_pem, pem, pkcs12, pki

ALICE = parse_address("alice@clinic.example")
DER = pki().bob.certificate.public_bytes(Encoding.DER)


@pytest.fixture
def empty(tmp_path: Path) -> KeyRing:
    return KeyRing(MemoryVault(), tmp_path / "gpg")


@pytest.mark.parametrize(
    "content",
    [DER, pem(pki().bob.certificate).encode(), serialize_certificates([pki().bob.certificate], Encoding.DER)],
    ids=["DER", "PEM", "PKCS #7"],
)
def test_anothers_certificate(empty: KeyRing, content: bytes) -> None:
    (record,) = put(empty, content, accept=False)
    assert (record.role, record.key, record.addresses) == (Role.OTHER, sha256_of(pki().bob.certificate), ("bob@hospital.example",))
    assert (record.accepted, record.evidence.endswith("not accepted yet")) == (False, True)


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (pkcs12(pki().alice, "pw"), "pw"),
        (pkcs12(pki().alice, ""), ""),
        ((key_pem(pki().alice.key) + pem(pki().alice.certificate)).encode(), ""),
        ((pem(pki().alice.certificate) + key_pem(pki().alice.key, "pw")).encode(), "pw"),
    ],
    ids=["PKCS #12", "PKCS #12 without password", "PEM", "PEM with password"],
)
def test_ones_own_certificate(empty: KeyRing, content: bytes, password: str) -> None:
    records = put(empty, content, password, accept=False)
    assert (records[0].role, records[0].accepted) == (Role.OWN, True)
    assert all(record.role is Role.AUTHORITY for record in records[1:])
    own = empty.own(ALICE, NOW)
    assert own.smime is not None
    assert own.smime_key == own.key(Method.SMIME) == records[0].key


def test_the_chain_without_the_root_travels_with_signatures(empty: KeyRing) -> None:
    put(empty, pkcs12(pki().alice, "pw"), "pw")
    put(empty, pem(pki().root.certificate))
    own = empty.own(ALICE, NOW)
    assert own.smime is not None
    assert own.smime.chain == (pki().issuing.certificate,)


@pytest.mark.parametrize(
    ("content", "password", "says"),
    [
        (b"", "", "neither a certificate nor a key"),
        (b"hello", "", "neither a certificate nor a key"),
        (pkcs12(pki().alice, "pw"), "wrong", "password is wrong"),
        (pkcs12(pki().alice, "pw"), "", "password is wrong"),
        (key_pem(pki().alice.key).encode(), "", "without its certificate"),
        ((key_pem(pki().alice.key, "pw") + pem(pki().alice.certificate)).encode(), "", "needs its password"),
        ((key_pem(pki().alice.key, "pw") + pem(pki().alice.certificate)).encode(), "wrong", "password is wrong"),
        ((key_pem(pki().alice.key) + pem(pki().alice.certificate)).encode(), "pw", "has no password"),
        (b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "", "cannot be read"),
        (DER[:-9], "", "neither a certificate nor a key"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnonsense\n-----END PGP PUBLIC KEY BLOCK-----\n", "", "no OpenPGP key"),
    ],
)
def test_what_cannot_be_read_changes_nothing(empty: KeyRing, content: bytes, password: str, says: str) -> None:
    with pytest.raises(NotImportable, match=says):
        put(empty, content, password)
    assert empty.records() == ()


def test_a_key_of_another_kind_is_refused_in_words(empty: KeyRing) -> None:
    key = ed448.Ed448PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(NotImportable, match="of a kind that this program cannot use"):
        put(empty, key + pem(pki().alice.certificate).encode())


def test_acceptance_and_ownership_survive_another_import(empty: KeyRing) -> None:
    put(empty, DER, accept=True)
    (again,) = put(empty, DER, accept=False)
    assert (again.accepted, again.evidence.endswith("accepted by you")) == (True, True)
    put(empty, pkcs12(pki().alice, "pw"), "pw")
    (own,) = put(empty, pem(pki().alice.certificate), accept=False)
    assert own.role is Role.OWN
    assert len(empty.records()) == 3


def test_the_ring_is_what_the_store_holds(empty: KeyRing) -> None:
    put(empty, pkcs12(pki().alice, "pw"), "pw")
    again = KeyRing(empty._vault, empty._gpg_folder)
    assert again.records() == empty.records()
    assert again.own(ALICE, NOW).smime_key == empty.own(ALICE, NOW).smime_key


def test_a_private_openpgp_key_lies_under_the_stores_passphrase(empty: KeyRing, peer: Peer) -> None:
    fingerprint = peer.fingerprint("Alice <alice@clinic.example>")
    (record,) = put(empty, peer.private(fingerprint, "hers"), "hers", accept=False)
    assert (record.role, record.key, record.accepted) == (Role.OWN, fingerprint, True)
    sign = empty.home().gpg.sign
    assert sign(b"x", keyid=fingerprint, passphrase=empty.passphrase())
    assert not sign(b"x", keyid=fingerprint, passphrase="hers")
    assert not sign(b"x", keyid=fingerprint, passphrase="")
    files = list((empty._gpg_folder / "private-keys-v1.d").iterdir())
    assert len(files) == 2
    assert all(b"protected-private-key" in file.read_bytes() for file in files)
    empty.close()


def test_an_unprotected_private_openpgp_key_is_protected_too(empty: KeyRing, peer: Peer) -> None:
    fingerprint = peer.make_key("Ida <ida@clinic.example>")
    put(empty, peer.private(fingerprint))
    assert not empty.home().gpg.sign(b"x", keyid=fingerprint, passphrase="")
    assert empty.own(parse_address("ida@clinic.example"), NOW).openpgp is not None
    empty.close()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_private_openpgp_key_without_its_password_leaves_nothing_private(empty: KeyRing, peer: Peer, password: str) -> None:
    content = peer.private(peer.fingerprint("Alice <alice@clinic.example>"), "hers")
    with pytest.raises(NotImportable):
        put(empty, content, password)
    assert not any(key.secret for key in empty.home().listing())
    assert empty.own(ALICE, NOW).openpgp is None
    empty.close()


def test_a_home_too_deep_for_a_socket_works(tmp_path: Path, peer: Peer) -> None:
    ring = KeyRing(MemoryVault(), tmp_path / ("deep" * 20) / "gpg")
    put(ring, peer.private(peer.fingerprint("Alice <alice@clinic.example>"), "hers"), "hers")
    assert ring.own(ALICE, NOW).openpgp is not None
    alias = ring.home()._alias
    assert alias is not None
    ring.close()
    assert not alias.exists()


def test_the_home_is_private(empty: KeyRing) -> None:
    empty.home()
    assert oct(empty._gpg_folder.stat().st_mode)[-3:] == "700"
    assert all(oct(file.stat().st_mode)[-3:] == "600" for file in empty._gpg_folder.glob("*.conf"))
    empty.close()


def test_records_come_back_from_their_document() -> None:
    record = KeyRecord(Method.OPENPGP, "ab", Role.OTHER, ("bob@hospital.example",), True, "seen", NOW)
    assert decode(encode(record)) == record
