"""What the program sends, openssl and gpg open; what they send, the program opens. Every way that is in use."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, SignatureVerdict
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from tests.support.keys import MemoryVault, Peer, put
from tests.support.mail import BODY, message
from tests.support.pki import NOW, key_pem, pem, pkcs12, pki

pytestmark = pytest.mark.slow
NOON = NOW + timedelta(minutes=5)
ALICE = parse_address("alice@clinic.example")
DRAFT = Draft(
    sender=parse_address("Zoë Alice <alice@clinic.example>"),
    recipients=(Recipient(parse_address("bob@hospital.example")), Recipient(parse_address("eve@else.example"), AddressField.BCC)),
    subject="Grüße: Befund",
    text="Größe 1,80 m — the canary sings.\n.\nFrom the ward\n",
    html="<p>Größe</p>",
    attachments=(Attachment("Бefund.bin", "application/octet-stream", bytes(range(256)) * 4000),),
    message_id="<1@clinic.example>",
    date=datetime(2026, 10, 1, 12, tzinfo=UTC),
)


class OpenSsl:
    """`openssl cms` with the clinic's people as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, identity in (("alice", pki().alice), ("bob", pki().bob), ("carol", pki().carol)):
            (folder / f"{name}.pem").write_text(key_pem(identity.key) + pem(identity.certificate))
        (folder / "root.pem").write_text(pem(pki().root.certificate))
        (folder / "chain.pem").write_text(pem(pki().issuing.certificate))

    def __call__(self, *arguments: str, stdin: bytes) -> bytes:
        paths = [str(self.folder / a) if a.endswith(".pem") else a for a in arguments]
        return subprocess.run(["openssl", "cms", *paths], input=stdin, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpenSsl:
    return OpenSsl(tmp_path_factory.mktemp("openssl"))


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    peer = Peer(tmp_path_factory.mktemp("peer") / "gpg")
    peer.make_key("Alice <alice@clinic.example>")
    peer.make_key("Bob <bob@hospital.example>", "rsa2048/rsa2048")
    yield peer
    peer.close()


def _ring(folder: Path, owner: Identity, user: str, peer: Peer) -> KeyRing:
    ring = KeyRing(MemoryVault(), folder / "gpg", [pem(pki().root.certificate)])
    put(ring, pkcs12(owner, "pw"), "pw")
    put(ring, "".join(pem(p.certificate) for p in (pki().bob, pki().carol, pki().issuing)), accept=False)
    put(ring, peer.private(peer.fingerprint(user)))
    for other in ("Alice <alice@clinic.example>", "Bob <bob@hospital.example>"):
        put(ring, peer.public(peer.fingerprint(other)))
    return ring


@pytest.fixture(scope="module")
def alice(tmp_path_factory: pytest.TempPathFactory, peer: Peer) -> Iterator[KeyRing]:
    ring = _ring(tmp_path_factory.mktemp("alice"), pki().alice, "Alice <alice@clinic.example>", peer)
    yield ring
    ring.close()


@pytest.fixture(scope="module")
def bob(tmp_path_factory: pytest.TempPathFactory, peer: Peer) -> Iterator[KeyRing]:
    ring = _ring(tmp_path_factory.mktemp("bob"), pki().bob, "Bob <bob@hospital.example>", peer)
    yield ring
    ring.close()


def _check(plain: bytes) -> None:
    found = message_from_bytes(plain, policy=policy.default)
    assert found["Subject"] == "Grüße: Befund"
    body = found.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == DRAFT.text.rstrip("\n")
    assert [part.get_content() for part in found.iter_attachments()] == [DRAFT.attachments[0].content]


def _outside_tells_nothing(wire: bytes) -> None:
    block = wire[: wire.index(b"\r\n\r\n")]
    assert b"Subject: [...]" in block
    assert b"eve@else.example" not in wire


def test_openssl_opens_what_we_send(alice: KeyRing, openssl: OpenSsl) -> None:
    keys = (sha256_of(pki().bob.certificate), sha256_of(pki().carol.certificate))
    wire = b"".join(protect_message(DRAFT, Method.SMIME, keys, alice.own(ALICE, NOON), alice, NOON))
    _outside_tells_nothing(wire)
    for name in ("bob.pem", "carol.pem"):
        signed = openssl("-decrypt", "-recip", name, stdin=wire)
        _check(openssl("-verify", "-CAfile", "root.pem", stdin=signed))
    for stranger in ("alice.pem",):
        with pytest.raises(subprocess.CalledProcessError):
            openssl("-decrypt", "-recip", stranger, stdin=wire)


def test_gpg_opens_what_we_send(alice: KeyRing, peer: Peer) -> None:
    fingerprint = peer.fingerprint("Bob <bob@hospital.example>")
    wire = b"".join(protect_message(DRAFT, Method.OPENPGP, (fingerprint,), alice.own(ALICE, NOON), alice, NOON))
    _outside_tells_nothing(wire)
    armour = message_from_bytes(wire).get_payload()[1].get_payload().encode()
    status = peer.gpg("--status-fd", "1", "--output", "/dev/null", "--decrypt", stdin=armour)
    assert b"GOODSIG" in status
    assert b"GOODMDC" in status
    assert status.count(b"ENC_TO") == 1
    _check(peer.gpg("--decrypt", stdin=armour))


@pytest.mark.parametrize("method", [Method.SMIME, Method.OPENPGP])
def test_we_open_what_we_send(alice: KeyRing, bob: KeyRing, peer: Peer, method: Method) -> None:
    key = sha256_of(pki().bob.certificate) if method is Method.SMIME else peer.fingerprint("Bob <bob@hospital.example>")
    wire = b"".join(protect_message(DRAFT, method, (key,), alice.own(ALICE, NOON), alice, NOON))
    found = open_message(wire, bob, NOON)
    assert (found.signature, found.from_matches, found.subject) == (SignatureVerdict.VALID, True, "Grüße: Befund")
    assert found.integrity is Integrity.AUTHENTICATED
    assert (found.parts[-1].filename, found.parts[-1].content) == ("Бefund.bin", DRAFT.attachments[0].content)
    assert found.warnings == ()
    assert open_message(wire, alice, NOON).parts == ()  # it was for bob alone, not for the sender too


@pytest.mark.parametrize(
    "arguments",
    [
        ("-signer", "alice.pem", "-certfile", "chain.pem"),
        ("-signer", "alice.pem", "-certfile", "chain.pem", "-nodetach"),
        ("-signer", "alice.pem", "-certfile", "chain.pem", "-md", "sha512"),
        ("-signer", "alice.pem", "-certfile", "chain.pem", "-keyopt", "rsa_padding_mode:pss"),
        ("-signer", "alice.pem", "-certfile", "chain.pem", "-keyid"),
        ("-signer", "alice.pem", "-certfile", "chain.pem", "-noattr"),
        ("-signer", "alice.pem", "-certfile", "chain.pem", "-nosmimecap", "-nodetach", "-stream"),
        ("-signer", "carol.pem", "-certfile", "chain.pem"),
    ],
    ids=" ".join,
)
def test_we_verify_what_openssl_signs(bob: KeyRing, openssl: OpenSsl, arguments: tuple[str, ...]) -> None:
    wire = openssl("-sign", *arguments, stdin=BODY)
    sender = f"{arguments[1].removesuffix('.pem')}@clinic.example"
    found = open_message(message(wire.replace(b"MIME-Version: 1.0\n", b""), sender), bob, NOON)
    assert (found.signature, found.from_matches, found.warnings) == (SignatureVerdict.VALID, True, ())
    assert found.parts[0].text == "Grüße, the canary sings."


def test_a_sha1_signature_by_openssl_does_not_count(bob: KeyRing, openssl: OpenSsl) -> None:
    wire = openssl("-sign", "-signer", "alice.pem", "-certfile", "chain.pem", "-md", "sha1", stdin=BODY)
    found = open_message(message(wire.replace(b"MIME-Version: 1.0\n", b"")), bob, NOON)
    assert found.signature is SignatureVerdict.INVALID
    assert any("SHA-1, which can be forged" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("arguments", "integrity", "note"),
    [
        (("-aes256", "bob.pem"), Integrity.UNAUTHENTICATED, ""),
        (("-aes128", "carol.pem", "bob.pem"), Integrity.UNAUTHENTICATED, ""),
        (("-aes-192-cbc", "bob.pem"), Integrity.UNAUTHENTICATED, ""),
        (("-des3", "bob.pem"), Integrity.UNAUTHENTICATED, "3DES"),
        (("-aes-256-gcm", "bob.pem"), Integrity.AUTHENTICATED, ""),
        (("-aes-128-gcm", "-keyid", "bob.pem"), Integrity.AUTHENTICATED, ""),
        (("-aes256", "-recip", "bob.pem", "-keyopt", "rsa_padding_mode:oaep"), Integrity.UNAUTHENTICATED, ""),
        (
            ("-aes256", "-recip", "bob.pem", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"),
            Integrity.UNAUTHENTICATED,
            "",
        ),
        (("-aes256", "-stream", "bob.pem"), Integrity.UNAUTHENTICATED, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_we_open_what_openssl_encrypts(bob: KeyRing, openssl: OpenSsl, arguments: tuple[str, ...], integrity: Integrity, note: str) -> None:
    wire = openssl("-encrypt", *arguments, stdin=BODY)
    found = open_message(message(wire.replace(b"MIME-Version: 1.0\n", b"")), bob, NOON)
    assert (found.decrypted, found.integrity) == (True, integrity)
    assert found.parts[0].text == "Grüße, the canary sings."
    assert any(note in warning for warning in found.warnings) or not note


@pytest.mark.parametrize(
    "arguments",
    [
        ("-aes256", "carol.pem"),
        ("-aes256", "-keyid", "carol.pem"),
        ("-aes256", "-recip", "carol.pem", "-keyopt", "ecdh_kdf_md:sha256"),
        ("-aes-256-gcm", "-recip", "carol.pem", "-keyopt", "ecdh_kdf_md:sha384"),
    ],
    ids=" ".join,
)
def test_we_open_what_openssl_encrypts_to_an_elliptic_key(tmp_path: Path, openssl: OpenSsl, arguments: tuple[str, ...]) -> None:
    carol = KeyRing(MemoryVault(), tmp_path / "gpg", [pem(pki().root.certificate)])
    put(carol, pkcs12(pki().carol, "pw"), "pw")
    wire = openssl("-encrypt", *arguments, stdin=BODY)
    found = open_message(message(wire.replace(b"MIME-Version: 1.0\n", b"")), carol, NOON)
    assert found.parts[0].text == "Grüße, the canary sings."


def test_signed_then_encrypted_by_openssl(bob: KeyRing, openssl: OpenSsl) -> None:
    signed = openssl("-sign", "-signer", "alice.pem", "-certfile", "chain.pem", stdin=BODY)
    wire = openssl("-encrypt", "-aes256", "bob.pem", stdin=signed)
    found = open_message(message(wire.replace(b"MIME-Version: 1.0\n", b"")), bob, NOON)
    assert (found.signature, found.from_matches, found.integrity) == (SignatureVerdict.VALID, True, Integrity.AUTHENTICATED)
