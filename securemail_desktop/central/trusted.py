"""Checks metadata of The Update Framework from a pinned root on, without a network: roots in their order, timestamp, snapshot, targets, rings.

What is expired passes, so that the last good policy holds while a share is away; whoever asks looks at `expires` himself (TUF 1.0.34, 5.3 to 5.6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from securemail_desktop.central.rings import ring_target

MOST_ROOTS = 256
Read = Callable[[str, int], bytes | None]  # role and version to its file; None where there is none
Role = TypeVar("Role", Timestamp, Snapshot, Targets)


class NotTrustworthy(Exception):
    """Metadata is missing, damaged or signed by nobody who may; `str()` names the role."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """What was checked; `root` is the newest, `previous` the one before it, or the same."""

    root: Metadata[Root]
    previous: Metadata[Root]
    timestamp: Metadata[Timestamp]
    snapshot: Metadata[Snapshot]
    targets: Metadata[Targets]
    rings: dict[str, Metadata[Targets]]

    def target(self, ring: str) -> TargetFile | None:
        """Return what the ring hands out, or None."""
        metadata = self.rings.get(ring)
        return metadata.signed.targets.get(ring_target(ring)) if metadata else None


def check(pinned: bytes, read: Read, rings: tuple[str, ...] = (), *, unfinished: bool = False) -> Trusted:
    """Check everything, and of the rings those named, all without a name; raise `NotTrustworthy`.

    `unfinished` also takes a timestamp and snapshot of the root before: a publisher was stopped between the two.
    """
    previous, root = _roots(pinned, read)
    by = (root, previous) if unfinished else (root,)
    timestamp = _signed(Timestamp, "timestamp", read("timestamp", 0), by)
    meta = timestamp.signed.snapshot_meta
    snapshot = _signed(Snapshot, "snapshot", read("snapshot", meta.version), by, meta.version)
    targets = _signed(Targets, "targets", read("targets", _version(snapshot, "targets")), (root,), _version(snapshot, "targets"))
    names = rings or tuple(targets.signed.delegations.roles or () if targets.signed.delegations else ())
    checked = {n: _signed(Targets, n, read(n, _version(snapshot, n)), (targets,), _version(snapshot, n)) for n in names}
    return Trusted(root, previous, timestamp, snapshot, targets, checked)


def parsed_root(content: bytes) -> Metadata[Root]:
    """Return a root that signs itself; raise `NotTrustworthy`."""
    try:
        root = Metadata[Root].from_bytes(content)
        if not isinstance(root.signed, Root):
            raise NotTrustworthy("root")
        root.signed.verify_delegate("root", root.signed_bytes, root.signatures)
    except (DeserializationError, RepositoryError, ValueError) as error:
        raise NotTrustworthy("root") from error
    return root


def _roots(pinned: bytes, read: Read) -> tuple[Metadata[Root], Metadata[Root]]:
    """Return the newest root and the one before it."""
    previous = root = parsed_root(pinned)
    for _ in range(MOST_ROOTS):
        content = read("root", root.signed.version + 1)
        if content is None:
            break
        following = parsed_root(content)
        try:
            root.signed.verify_delegate("root", following.signed_bytes, following.signatures)
        except (RepositoryError, ValueError) as error:
            raise NotTrustworthy("root") from error
        if following.signed.version != root.signed.version + 1:
            raise NotTrustworthy("root")
        previous, root = root, following
    return previous, root


def _signed(
    kind: type[Role], name: str, content: bytes | None, by: tuple[Metadata[Root] | Metadata[Targets], ...], version: int = 0
) -> Metadata[Role]:
    if content is None:
        raise NotTrustworthy(name)
    try:
        metadata = Metadata[Role].from_bytes(content)
    except (DeserializationError, RepositoryError) as error:
        raise NotTrustworthy(name) from error
    if not isinstance(metadata.signed, kind) or version not in {0, metadata.signed.version}:
        raise NotTrustworthy(name)
    if not any(_verifies(delegator, name, metadata) for delegator in by):
        raise NotTrustworthy(name)
    return metadata


def _verifies(delegator: Metadata[Root] | Metadata[Targets], name: str, metadata: Metadata[Role]) -> bool:
    try:
        delegator.signed.verify_delegate(name, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError):
        return False
    return True


def _version(snapshot: Metadata[Snapshot], name: str) -> int:
    meta = snapshot.signed.meta.get(f"{name}.json")
    if meta is None:
        raise NotTrustworthy(name)
    return meta.version
