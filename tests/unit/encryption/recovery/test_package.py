"""What is kept for the recovery key opens old mail in another ring, and signs nothing."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from securemail_desktop.encryption.creating import create_openpgp
from securemail_desktop.encryption.errors import NoGnuPG, NotReadable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.recovery.keeping import contents_of, kept_names, put_back
from securemail_desktop.encryption.recovery.package import Contents, KeptCertificate, open_package, seal
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.envelope import envelope
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.message.address import parse_address
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import NOW, Wish, key_pem, person, pkcs12, pki

pytestmark = pytest.mark.slow  # GnuPG
STORE_KEY = bytes(range(32))


@pytest.fixture
def recovery() -> Identity:
    """A quickly made one: what counts here is that its certificate names no use and nobody's address."""
    return person(Wish("Recovery", extended=None, san=False), pki().root)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path / "other")
    yield ring
    ring.close()


def test_a_package_opens_with_the_recovery_key_only(ring: KeyRing, recovery: Identity) -> None:
    contents = contents_of(ring, STORE_KEY, NOW)
    package = seal(contents, recovery.certificate)
    assert open_package(package, recovery) == contents
    with pytest.raises(NotReadable):
        open_package(package, pki().bob)
    with pytest.raises(NotReadable):
        open_package(package[:-1] + bytes([package[-1] ^ 1]), recovery)


def test_openssl_opens_a_package(ring: KeyRing, recovery: Identity, tmp_path: Path) -> None:
    (tmp_path / "package.p7m").write_bytes(seal(contents_of(ring, STORE_KEY, NOW), recovery.certificate))
    (tmp_path / "key.pem").write_text(key_pem(recovery.key))
    (tmp_path / "certificate.pem").write_bytes(recovery.certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", "package.p7m", "-inkey", "key.pem", "-recip", "certificate.pem"]
    document = json.loads(subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout)
    assert document["store_key"] == STORE_KEY.hex()


def test_a_certificate_that_only_signs_is_not_kept(ring: KeyRing) -> None:
    signs = person(Wish("alice@clinic.example", encrypt=False), pki().issuing)
    put(ring, pkcs12(signs, "pw"), "pw")
    assert kept_names(ring) == (f"smime:{sha256_of(pki().alice.certificate)}",)
    contents = contents_of(ring, STORE_KEY, NOW)
    assert [x509.load_der_x509_certificate(c.certificate) for c in contents.certificates] == [pki().alice.certificate]


def test_an_openpgp_key_that_only_signs_is_not_kept_and_keeps_nothing_else_from_it(ring: KeyRing, peer: Peer) -> None:
    peer.gpg("--quick-gen-key", "Alice Signs <alice@clinic.example>", "ed25519", "sign", "1y", password="hers")
    put(ring, peer.private(peer.fingerprint("Alice Signs <alice@clinic.example>"), "hers"), "hers")
    assert kept_names(ring) == (f"smime:{sha256_of(pki().alice.certificate)}",)
    contents = contents_of(ring, STORE_KEY, NOW)
    assert (len(contents.certificates), contents.openpgp) == (1, ())


def test_without_gnupg_it_is_said_that_an_openpgp_key_cannot_be_kept(
    ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_openpgp(parse_address("alice@clinic.example"), ring, NOW)
    ring.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert made.name in kept_names(ring)
    with pytest.raises(NoGnuPG):
        contents_of(ring, STORE_KEY, NOW)


def test_a_certificate_comes_back_for_reading_only(ring: KeyRing, other: KeyRing) -> None:
    (record,) = put_back(contents_of(ring, STORE_KEY, NOW), other, NOW)
    assert record.refused
    assert [identity.certificate for identity in other.identities()] == [pki().alice.certificate]
    assert not other.own(parse_address("alice@clinic.example"), NOW).can_sign(Method.SMIME)


def test_an_openpgp_key_comes_back_without_what_signs(ring: KeyRing, other: KeyRing, peer: Peer) -> None:
    made = create_openpgp(parse_address("alice@clinic.example"), ring, NOW)
    secret = b"seen again"
    public = ring.home().gpg.export_keys(made.key)
    peer.gpg("--import", stdin=public.encode())
    mail = peer.gpg("--armor", "--encrypt", "-r", made.key, stdin=secret)
    returned = put_back(contents_of(ring, STORE_KEY, NOW), other, NOW)
    assert made.key in {record.key for record in returned}
    opened = other.home().gpg.decrypt(mail, passphrase=other.passphrase())
    assert (opened.ok, opened.data) == (True, secret)
    assert not other.home().gpg.sign(b"x", keyid=made.key, passphrase=other.passphrase())


def test_an_openpgp_key_that_expired_comes_back_too(ring: KeyRing, other: KeyRing, peer: Peer) -> None:
    past = ("--faked-system-time", "20240101T000000")
    peer.gpg(*past, "--quick-gen-key", "Alice Old <alice@clinic.example>", "ed25519", "sign", "1y", password="hers")
    fingerprint = peer.fingerprint("Alice Old <alice@clinic.example>")
    peer.gpg(*past, "--quick-add-key", fingerprint, "cv25519", "encr", "1y", password="hers")
    put(ring, peer.private(fingerprint, "hers"), "hers")
    returned = put_back(contents_of(ring, STORE_KEY, NOW), other, NOW)
    assert fingerprint in {record.key for record in returned}


def test_what_a_ring_has_already_stays_as_it_is(ring: KeyRing) -> None:
    before = ring.records()
    assert put_back(contents_of(ring, STORE_KEY, NOW), ring, NOW) == ()
    assert ring.records() == before


def test_a_message_for_the_recovery_key_is_no_package(recovery: Identity) -> None:
    mail = b"".join(envelope([b"Hello"], [CheckedCertificate(recovery.certificate, parse_address("a@b.example"))]))
    with pytest.raises(NotReadable, match="not kept"):
        open_package(mail, recovery)


@pytest.mark.parametrize(
    "contents",
    [
        Contents(NOW, (), b"short"),
        Contents(NOW, (), STORE_KEY, (KeptCertificate(b"no certificate", b""),)),
        Contents(NOW, (), STORE_KEY, (KeptCertificate(pki().alice.certificate.public_bytes(Encoding.DER), b"", (b"none",)),)),
        Contents(NOW, (), STORE_KEY, (), ("arm\N{LATIN SMALL LETTER O WITH DIAERESIS}ur",)),
    ],
)
def test_a_package_that_somebody_else_made_up_is_refused(contents: Contents, recovery: Identity) -> None:
    with pytest.raises(NotReadable, match="not kept"):
        open_package(seal(contents, recovery.certificate), recovery)
