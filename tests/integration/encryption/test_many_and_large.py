"""Copies for fifty and files of 20 MB: openssl, gpgsm and gpg open them, and nobody else's key is in them."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from asn1crypto import cms

from securemail_desktop.encryption.entity import parse_entity, split_multipart
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import SignatureVerdict
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from tests.integration.encryption.test_gpgsm import Gpgsm
from tests.integration.encryption.test_peers import ALICE, DRAFT, NOON, OpenSsl
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import Wish, key_pem, make_key, pem, person, pkcs12, pki

LARGE = os.urandom(20 * 1000 * 1000)
MANY = 50


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    peer = Peer(tmp_path_factory.mktemp("peer") / "gpg")
    peer.make_key("Alice <alice@clinic.example>")
    for number in range(MANY):
        peer.gpg("--quick-gen-key", f"P{number} <p{number}@hospital.example>", "future-default", "default", "1y")
    yield peer
    peer.close()


@pytest.fixture(scope="module")
def people() -> list[Identity]:
    """The first and the last have keys of their own."""
    own = {0: make_key(), MANY - 1: make_key()}
    return [person(Wish(f"p{number}@hospital.example"), pki().issuing, own.get(number)) for number in range(MANY)]


@pytest.fixture(scope="module")
def alice(tmp_path_factory: pytest.TempPathFactory, peer: Peer, people: list[Identity]) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path_factory.mktemp("alice") / "gpg", [pem(pki().root.certificate)])
    put(ring, pkcs12(pki().alice, "pw"), "pw")
    put(ring, peer.private(peer.fingerprint("Alice <alice@clinic.example>")))
    put(ring, peer.gpg("--armor", "--export"))
    put(ring, "".join(pem(each.certificate) for each in (pki().issuing, pki().bob, *people)), accept=False)
    yield ring
    ring.close()


def wire(ring: KeyRing, draft: Draft, method: Method, *keys: str) -> bytes:
    return b"".join(protect_message(draft, method, keys, ring.own(ALICE, NOON), ring, NOON, announce=True))


def large() -> Draft:
    return replace(DRAFT, attachments=(Attachment("Бefund.bin", "application/octet-stream", LARGE),))


def to_all() -> Draft:
    return replace(DRAFT, recipients=tuple(Recipient(parse_address(f"p{n}@hospital.example")) for n in range(MANY)))


def file_in(plain: bytes) -> bytes:
    found = message_from_bytes(plain, policy=policy.default)
    assert found["Subject"] == "Grüße: Befund"
    (part,) = found.iter_attachments()
    return bytes(part.get_content())


def test_openssl_and_gpgsm_open_a_large_file(alice: KeyRing, tmp_path: Path) -> None:
    sent = wire(alice, large(), Method.SMIME, sha256_of(pki().bob.certificate))
    openssl = OpenSsl(tmp_path)
    assert file_in(openssl("-verify", "-CAfile", "root.pem", stdin=openssl("-decrypt", "-recip", "bob.pem", stdin=sent))) == LARGE
    gpgsm = Gpgsm(tmp_path / "gpgsm")
    opened = parse_entity(gpgsm("--passphrase-fd", "0", "--decrypt", stdin=b"pw\n" + parse_entity(sent).content()))
    assert file_in(split_multipart(opened)[0]) == LARGE
    subprocess.run(["gpgconf", "--kill", "all"], check=False, env=gpgsm.environment)


def test_gpg_opens_a_large_file(alice: KeyRing, peer: Peer) -> None:
    sent = wire(alice, large(), Method.OPENPGP, peer.fingerprint("P0 <p0@hospital.example>"))
    assert file_in(peer.gpg("--decrypt", stdin=parse_entity(split_multipart(parse_entity(sent))[1]).content())) == LARGE


def test_we_open_a_large_file_of_openssl(alice: KeyRing, tmp_path: Path) -> None:
    openssl = OpenSsl(tmp_path)
    content = f"Content-Type: application/octet-stream; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n{LARGE.hex()}\r\n".encode()
    signed = openssl("-sign", "-signer", "bob.pem", "-certfile", "chain.pem", "-binary", stdin=content)
    made = openssl("-encrypt", "-aes256", "alice.pem", stdin=signed.replace(b"MIME-Version: 1.0\n", b""))
    found = open_message(b"From: bob@hospital.example\r\nTo: alice@clinic.example\r\n" + made, alice, NOON)
    assert (found.decrypted, found.signature, found.from_matches) == (True, SignatureVerdict.VALID, True)


def test_each_of_fifty_opens_the_copy_by_openssl(alice: KeyRing, people: list[Identity], tmp_path: Path) -> None:
    sent = wire(alice, to_all(), Method.SMIME, *(sha256_of(each.certificate) for each in people))
    openssl = OpenSsl(tmp_path)
    for number in (0, MANY // 2, MANY - 1):
        (tmp_path / f"p{number}.pem").write_text(key_pem(people[number].key) + pem(people[number].certificate))
        signed = openssl("-decrypt", "-recip", f"p{number}.pem", stdin=sent)
        assert file_in(openssl("-verify", "-CAfile", "root.pem", stdin=signed)) == DRAFT.attachments[0].content
    infos = cms.ContentInfo.load(parse_entity(sent).content())["content"]["recipient_infos"]
    assert sorted(info.chosen["rid"].chosen["serial_number"].native for info in infos) == sorted(
        p.certificate.serial_number for p in people
    )


def test_each_of_fifty_opens_the_copy_by_gpg(alice: KeyRing, peer: Peer) -> None:
    keys = [peer.fingerprint(f"P{number} <p{number}@hospital.example>") for number in range(MANY)]
    armour = parse_entity(split_multipart(parse_entity(wire(alice, to_all(), Method.OPENPGP, *keys)))[1]).content()
    told = peer.gpg("--status-fd", "1", "--output", "/dev/null", "--decrypt", stdin=armour)
    assert (told.count(b"ENC_TO"), b"GOODSIG" in told) == (MANY, True)
    assert file_in(peer.gpg("--decrypt", stdin=armour)) == DRAFT.attachments[0].content
