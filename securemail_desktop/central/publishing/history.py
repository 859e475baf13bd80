"""What was published when, and whose keys signed it: the signed metadata itself is the history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, TargetFile, Targets
from tuf.api.serialization import DeserializationError

from securemail_desktop.central.publishing.build import keys_of, ring_of
from securemail_desktop.central.publishing.folder import RepositoryFolder
from securemail_desktop.central.publishing.keys import owner_of
from securemail_desktop.central.rings import METADATA, NotARelease, Release, release_from, ring_target
from securemail_desktop.central.trusted import Trusted


@dataclass(frozen=True, slots=True)
class Published:
    """A release in a ring: since when, the owners of the keys that are on it, and its file."""

    ring: str
    release: Release
    since: datetime
    signers: tuple[str, ...]
    target: TargetFile


def history(folder: RepositoryFolder, published: Trusted, rings: tuple[str, ...] = ()) -> tuple[Published, ...]:
    """Return the releases of the rings (of all without a name), the oldest first; raise `NotAllowed` for a ring that is none."""
    for ring in rings:
        ring_of(published, ring)
    found = [p for ring in rings or tuple(published.rings) for p in _of_ring(folder, published, ring)]
    return tuple(sorted(found, key=lambda p: (p.since, p.release.version)))


def in_force(published: Trusted, ring: str) -> Release | None:
    """Return the ring's release, None where it has none; raise `NotAllowed` for a ring that is none."""
    ring_of(published, ring)
    target = published.target(ring)
    return release_from(target.custom) if target else None


def newest_version(published: Trusted) -> int:
    """Return the highest version that any ring has, 0 where none has one."""
    return max((release.version for ring in published.rings if (release := in_force(published, ring))), default=0)


def _of_ring(folder: RepositoryFolder, published: Trusted, ring: str) -> Iterator[Published]:
    owners = {key.keyid: owner_of(key) for key in keys_of(published).signers}
    former = ""
    for version in range(1, published.rings[ring].signed.version + 1):
        metadata = _metadata(folder.read(f"{METADATA}/{version}.{ring}.json"))
        target = metadata.signed.targets.get(ring_target(ring)) if metadata else None
        if metadata is None or target is None or str(target.custom) == former:
            continue  # the ring was made, or signed by other keys: the policy is the same
        former = str(target.custom)
        try:
            release = release_from(target.custom)
        except NotARelease:
            continue
        signers = tuple(sorted(owners.get(keyid, "a former key") for keyid in metadata.signatures))
        yield Published(ring, release, datetime.fromtimestamp(release.at, UTC), signers, target)


def _metadata(content: bytes | None) -> Metadata[Targets] | None:
    try:
        return None if content is None else Metadata[Targets].from_bytes(content)
    except (DeserializationError, RepositoryError):
        return None
