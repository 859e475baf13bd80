"""A key ring with the clinic's people: alice is its owner; bob and carol have certificates, dora has an OpenPGP key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from securemail_desktop.encryption.ring import KeyRing
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import pem, pkcs12, pki


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Everybody's keys: alice's with a password of her own, dora's for encryption."""
    peer = Peer(tmp_path_factory.mktemp("peer") / "gpg")
    peer.make_key("Alice <alice@clinic.example>", password="hers")
    peer.make_key("Dora <dora@practice.example>")
    yield peer
    peer.close()


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    """Alice's ring under the clinic's anchor, with S/MIME only."""
    ring = KeyRing(MemoryVault(), tmp_path / "gpg", [pem(pki().root.certificate)])
    put(ring, pkcs12(pki().alice, "pw"), "pw")
    put(ring, pem(pki().bob.certificate) + pem(pki().carol.certificate), accept=False)
    yield ring
    ring.close()


@pytest.fixture
def full_ring(ring: KeyRing, peer: Peer) -> KeyRing:
    """Alice's ring with her OpenPGP key and dora's."""
    put(ring, peer.private(peer.fingerprint("Alice <alice@clinic.example>"), "hers"), "hers")
    put(ring, peer.public(peer.fingerprint("Dora <dora@practice.example>")))
    return ring
