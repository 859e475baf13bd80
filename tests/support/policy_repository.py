"""A repository of signed policies for tests: two signers, a freshness key, two rings, and policies to put into them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner, Key

from securemail_desktop.central.publishing.build import Entry, Keys, new_repository, release
from securemail_desktop.central.publishing.commit import Outcome, submit
from securemail_desktop.central.publishing.folder import RepositoryFolder
from securemail_desktop.central.rings import OWNER, Release
from securemail_desktop.policy.bundle import pack
from securemail_desktop.policy.load import load_contents

DAYS = {"root": 365, "ring": 365, "fresh": 7}


def signer(owner: str) -> CryptoSigner:
    """Return a new key."""
    made = CryptoSigner.generate_ed25519()
    made.public_key.unrecognized_fields[OWNER] = owner
    return made


class Publisher:
    """Dana and Evan sign; `fresh` keeps the repository fresh. `now` is when they work, and may be changed."""

    def __init__(self, path: Path, broad: int = 1, now: datetime | None = None) -> None:
        """Make the repository; the ring broad demands so many signatures."""
        self.dana, self.evan, self.fresh = signer("Dana"), signer("Evan"), signer("server")
        self.folder, self.now = RepositoryFolder(path), now or datetime.now(UTC)
        self.outcome = submit(self.folder, new_repository(self.keys(broad), self.now), self.all, self.now)

    @property
    def all(self) -> tuple[CryptoSigner, ...]:
        """Return every key."""
        return (self.dana, self.evan, self.fresh)

    @property
    def pin(self) -> str:
        """Return the hex SHA-256 of the first root."""
        return hashlib.sha256(self.folder.pinned).hexdigest()

    def keys(self, broad: int = 1) -> Keys:
        """Return who signs."""
        signers: tuple[Key, ...] = (self.dana.public_key, self.evan.public_key)
        return Keys(signers, signers, (self.fresh.public_key,), 1, (("pilot", 1), ("broad", broad)), DAYS)

    def publish(self, version: int, ring: str = "pilot", text: str = "", keys: Sequence[CryptoSigner] | None = None) -> Outcome:
        """Publish a policy of this version, with further lines."""
        content = f"schema: 1\nname: clinic\nversion: {version}\ninside: [clinic.example]\n{text}\n"
        return self.submit([entry(ring, {"policy.yaml": content.encode()}, self.now)], keys)

    def submit(self, entries: Sequence[Entry], keys: Sequence[CryptoSigner] | None = None) -> Outcome:
        """Publish entries."""
        return submit(self.folder, release(self.folder.state(), entries, self.now), keys or self.all, self.now)


def entry(ring: str, files: dict[str, bytes], now: datetime) -> Entry:
    """Return a policy for a ring."""
    policy = load_contents(files).id
    return Entry(ring, pack(files), Release(policy.name, policy.version, policy.sha256, "publish", "", int(now.timestamp())))
