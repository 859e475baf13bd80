"""What a signed message teaches of its author's means."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from securemail_desktop.encryption.learning import learn_certificates
from securemail_desktop.encryption.opened import Opened
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.record import Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.encryption.smime.protect import sign
from securemail_desktop.message.address import parse_address
from tests.support.keys import MemoryVault, put
from tests.support.mail import BODY, message, mixed
from tests.support.pki import NOW, Wish, pem, person, pki

ALICE = parse_address("alice@clinic.example")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def bob(tmp_path: Path) -> Iterator[KeyRing]:
    """A ring that knows the clinic's root and nobody else, not even the issuing authority."""
    ring = KeyRing(MemoryVault(), tmp_path / "gpg", [pem(pki().root.certificate)])
    yield ring
    ring.close()


def opened(entity: bytes, ring: KeyRing, sender: str = "alice@clinic.example") -> Opened:
    return open_message(message(entity, sender), ring, LATER)


def learned(entity: bytes, ring: KeyRing) -> list[tuple[str, Role]]:
    return [(record.key, record.role) for record in learn_certificates(opened(entity, ring), ALICE, ring, LATER)]


def signed_by(wish: Wish) -> bytes:
    return sign(BODY, replace(person(wish, pki().issuing), chain=(pki().issuing.certificate,)))


def test_the_signers_certificate_and_its_authority_are_kept_and_not_accepted(bob: KeyRing) -> None:
    assert learned(sign(BODY, pki().alice), bob) == [
        (sha256_of(pki().alice.certificate), Role.OTHER),
        (sha256_of(pki().issuing.certificate), Role.AUTHORITY),
    ]
    assert not any(record.accepted for record in bob.records())
    assert learned(sign(BODY, pki().alice), bob) == []


def test_what_was_accepted_stays_so(bob: KeyRing) -> None:
    put(bob, pem(pki().alice.certificate), accept=True)
    learned(sign(BODY, pki().alice), bob)
    assert [record.accepted for record in bob.records(Role.OTHER)] == [True]


@pytest.mark.parametrize("signer", [pki().mallory, replace(pki().mallory, chain=(pki().stranger_root.certificate,))])
def test_a_stranger_teaches_nothing(bob: KeyRing, signer: Identity) -> None:
    assert learned(sign(BODY, signer), bob) == []
    assert bob.records() == ()


@pytest.mark.parametrize(
    "wish",
    [
        Wish("alice@clinic.example", encrypt=False),
        Wish("alice@clinic.example", extended=(ExtendedKeyUsageOID.SERVER_AUTH,)),
        Wish("alice@clinic.example", last_day=0),
        Wish("mallory@clinic.example"),
    ],
    ids=["sign only", "not for mail", "expired", "somebody else's"],
)
def test_a_certificate_that_cannot_receive_mail_for_the_author_is_not_kept(bob: KeyRing, wish: Wish) -> None:
    assert learned(signed_by(wish), bob) == []
    assert bob.records() == ()


def test_a_signature_over_a_part_teaches_nothing(bob: KeyRing) -> None:
    assert learned(mixed(sign(BODY, pki().alice), BODY), bob) == []


def test_an_altered_message_teaches_nothing(bob: KeyRing) -> None:
    assert learned(sign(BODY, pki().alice).replace(b"canary", b"parrot"), bob) == []
