"""Makes the changes that are signed: a new repository, a release into rings, other keys. Nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Role, Root, TargetFile, Targets

from securemail_desktop.central.publishing.errors import NotAllowed
from securemail_desktop.central.publishing.staged import Change
from securemail_desktop.central.rings import DAYS, RESERVED, RING, Release, release_document, ring_target
from securemail_desktop.central.trusted import Trusted

NEW = "make the repository"
KINDS = ("root", "ring", "fresh")
M = TypeVar("M", Root, Targets)


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs: `signers` the rings, `root` the list of keys itself, `freshness` what keeps it fresh; how many signatures the root demands.

    `rings` are names with the number of signatures that each demands; `days` how long root, rings and freshness are good.
    """

    signers: tuple[Key, ...]
    root: tuple[Key, ...]
    freshness: tuple[Key, ...]
    root_threshold: int
    rings: tuple[tuple[str, int], ...]
    days: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A policy for a ring: its bytes and what is said of it."""

    ring: str
    content: bytes
    told: Release


def new_repository(keys: Keys, now: datetime) -> Change:
    """Return a repository's first metadata; raise `NotAllowed`."""
    _refuse_nonsense(keys)
    root = Metadata(_root(keys, 1, now))
    metadata: dict[str, Metadata[Root] | Metadata[Targets]] = {"root": root, "targets": Metadata(_targets(keys, 1, now))}
    for ring, _ in keys.rings:
        metadata[ring] = Metadata(Targets(version=1, expires=_end(now, keys.days, "ring")))
    return Change(NEW, {}, metadata, {})


def rotation(published: Trusted, keys: Keys, now: datetime) -> Change:
    """Return the next root and everything below it, for its signers to sign anew; raise `NotAllowed`."""
    _refuse_nonsense(keys)
    if set(published.rings) - {ring for ring, _ in keys.rings}:
        raise NotAllowed("A ring that devices may follow can't be taken away; leave it empty instead.")
    metadata: dict[str, Metadata[Root] | Metadata[Targets]] = {
        "root": Metadata(_root(keys, published.root.signed.version + 1, now)),
        "targets": Metadata(_targets(keys, published.targets.signed.version + 1, now)),
    }
    for ring, _ in keys.rings:
        former = published.rings.get(ring)
        metadata[ring] = _next(former, _end(now, keys.days, "ring")) if former else Metadata(Targets(expires=_end(now, keys.days, "ring")))
    return Change("change the keys", versions(published), metadata, {})


def release(published: Trusted, entries: Sequence[Entry], now: datetime) -> Change:
    """Return the change that hands policies out, each in its ring; raise `NotAllowed`."""
    metadata: dict[str, Metadata[Root] | Metadata[Targets]] = {}
    targets: dict[str, bytes] = {}
    for entry in entries:
        target = TargetFile.from_data(ring_target(entry.ring), entry.content, ["sha256"])
        target.unrecognized_fields["custom"] = release_document(entry.told)
        following = _next(ring_of(published, entry.ring), _end(now, days_of(published.root), "ring"))
        following.signed.targets = {ring_target(entry.ring): target}
        metadata[entry.ring] = following
        targets[target.get_prefixed_paths()[0]] = entry.content
    what = "; ".join(f"{e.told.how} {e.told.name} version {e.told.version} in {e.ring}" for e in entries)
    return Change(what, versions(published), metadata, targets)


def ring_of(published: Trusted, ring: str) -> Metadata[Targets]:
    """Return the ring's metadata; raise `NotAllowed` where there is no such ring."""
    if ring not in published.rings:
        raise NotAllowed(f"There is no ring '{ring}'; this repository has: {', '.join(published.rings)}.")
    return published.rings[ring]


def keys_of(published: Trusted) -> Keys:
    """Return who signs now."""
    root, top = published.root.signed, published.targets.signed.delegations
    assert top is not None
    rings = tuple((name, role.threshold) for name, role in (top.roles or {}).items())
    return Keys(
        signers=tuple(top.keys.values()),
        root=tuple(root.keys[k] for k in root.roles["root"].keyids),
        freshness=tuple(root.keys[k] for k in root.roles["timestamp"].keyids),
        root_threshold=root.roles["root"].threshold,
        rings=rings,
        days=days_of(published.root),
    )


def versions(published: Trusted) -> dict[str, int]:
    """Return the versions of what signers sign, by role."""
    return {"root": published.root.signed.version, "targets": published.targets.signed.version} | {
        name: ring.signed.version for name, ring in published.rings.items()
    }


def days_of(root: Metadata[Root]) -> Mapping[str, int]:
    """Return how many days metadata of each kind is good."""
    days: Mapping[str, int] = root.signed.unrecognized_fields[DAYS]
    return days


def _root(keys: Keys, version: int, now: datetime) -> Root:
    signing, fresh = [k.keyid for k in keys.root], [k.keyid for k in keys.freshness]
    roles = {
        "root": Role(signing, keys.root_threshold),
        "targets": Role(list(signing), keys.root_threshold),
        "snapshot": Role(fresh, 1),
        "timestamp": Role(list(fresh), 1),
    }
    known = {k.keyid: k for k in (*keys.root, *keys.freshness)}
    extra = {DAYS: dict(keys.days)}
    return Root(version=version, expires=_end(now, keys.days, "root"), keys=known, roles=roles, unrecognized_fields=extra)


def _targets(keys: Keys, version: int, now: datetime) -> Targets:
    signing = [k.keyid for k in keys.signers]
    roles = {
        ring: DelegatedRole(ring, list(signing), threshold, terminating=True, paths=[ring_target(ring)]) for ring, threshold in keys.rings
    }
    delegations = Delegations({k.keyid: k for k in keys.signers}, roles)
    return Targets(version=version, expires=_end(now, keys.days, "root"), delegations=delegations)


def _next(former: Metadata[Targets], expires: datetime) -> Metadata[Targets]:
    signed = deepcopy(former.signed)
    signed.version += 1
    signed.expires = expires
    return Metadata(signed)


def _end(now: datetime, days: Mapping[str, int], kind: str) -> datetime:
    return now.replace(microsecond=0) + timedelta(days=days[kind])


def _refuse_nonsense(keys: Keys) -> None:
    if not keys.signers or not keys.root or not keys.freshness or not keys.rings:
        raise NotAllowed("A repository needs at least one signer, one freshness key and one ring.")
    for ring, threshold in keys.rings:
        if not RING.fullmatch(ring) or ring in RESERVED:
            raise NotAllowed(f"'{ring}' is no name for a ring: small letters, digits and '-', and none of {', '.join(sorted(RESERVED))}.")
        _refuse_threshold(threshold, keys.signers, f"ring '{ring}'")
    _refuse_threshold(keys.root_threshold, keys.root, "root")
    _refuse_one_key_twice(keys.signers, "signer")
    if {k.keyid for k in keys.freshness} & {k.keyid for k in (*keys.signers, *keys.root)}:
        raise NotAllowed("The freshness key signs every day by itself: it must be another key than those of the signers.")
    if any(not 1 <= keys.days[kind] <= 3650 for kind in KINDS):
        raise NotAllowed("Days are from 1 to 3650.")


def _refuse_threshold(threshold: int, keys: Sequence[Key], what: str) -> None:
    if not 1 <= threshold <= len(keys):
        raise NotAllowed(f"The {what} cannot demand {threshold} signatures of {len(keys)} signers.")


def _refuse_one_key_twice(keys: Iterable[Key], what: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key.keyid in seen:
            raise NotAllowed(f"The same key stands twice among the {what}s.")
        seen.add(key.keyid)
