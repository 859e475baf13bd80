from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from securemail_desktop.audit.journal import Device, Journal
from tests.support.audit import EPOCH, SteppedClock


@pytest.fixture(scope="session")
def sealing_key() -> X25519PrivateKey:
    return X25519PrivateKey.generate()


@pytest.fixture(scope="session")
def device(sealing_key: X25519PrivateKey) -> Device:
    public = sealing_key.public_key().public_bytes_raw()
    return Device("clinic", "device-1", EPOCH, Ed25519PrivateKey.generate(), public, "audit-2026-11")


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def journal(tmp_path: Path, device: Device, clock: SteppedClock) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.db", device, clock)
    yield opened
    opened.close()
