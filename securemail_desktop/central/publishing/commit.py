"""Publishes a change that bears every demanded signature: targets, roles, snapshot, root, and last the timestamp, which makes it visible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from securemail_desktop.central.publishing import staged
from securemail_desktop.central.publishing.build import days_of, versions
from securemail_desktop.central.publishing.errors import KeyRefused, NotAllowed
from securemail_desktop.central.publishing.folder import RepositoryFolder
from securemail_desktop.central.publishing.keys import owner_of
from securemail_desktop.central.publishing.staged import Change, Missing
from securemail_desktop.central.rings import METADATA, SIGNED_AT, TARGETS
from securemail_desktop.central.trusted import Trusted

MARGIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: published, or waiting for these signatures."""

    what: str
    missing: tuple[Missing, ...]


def submit(folder: RepositoryFolder, change: Change, signers: Sequence[CryptoSigner], now: datetime) -> Outcome:
    """Sign a new change; publish it, or keep it until the others have signed. The caller holds the lock. Raise `PublishingError`."""
    published = folder.state() if folder.exists else None
    staged.refuse_strangers(change, published, signers)
    staged.sign(change, published, signers)
    lack = _lack(change, published, signers)
    if lack:
        staged.stage(folder, change)
        return Outcome(change.what, lack)
    _publish(folder, change, published, signers, now)
    return Outcome(change.what, ())


def sign_staged(folder: RepositoryFolder, signers: Sequence[CryptoSigner], now: datetime) -> Outcome | None:
    """Sign what waits; publish it when nothing lacks any more. None where nothing waits. Raise `PublishingError`."""
    change, published = staged.staged(folder), folder.state() if folder.exists else None
    if change is None:
        return None
    staged.refuse_strangers(change, published, signers)
    if _is_published(change, published):  # a publisher was stopped right before the end
        staged.discard(folder)
        return Outcome(change.what, ())
    if change.base != (versions(published) if published else {}):
        raise NotAllowed("Something else was published meanwhile: give this change up with --discard and make it again.")
    if staged.sign(change, published, signers):
        staged.keep_signatures(folder, change)
    lack = _lack(change, published, signers)
    if not lack:
        _publish(folder, change, published, signers, now)
        staged.discard(folder)
    return Outcome(change.what, lack)


def refresh(folder: RepositoryFolder, signers: Sequence[CryptoSigner], now: datetime) -> tuple[str, ...]:
    """Say again that what is published is the newest; return what expires within 30 days and needs its signers. Raise `PublishingError`."""
    published = folder.state()
    signer = _freshness(published.root, signers)
    if signer is None:
        raise KeyRefused(f"Keeping the repository fresh needs the key of: {', '.join(_freshness_owners(published.root))}.")
    snapshot = published.snapshot
    if snapshot.signed.expires - now < timedelta(days=days_of(published.root)["root"]) / 2:
        snapshot = _snapshot(published.root, snapshot.signed.meta, snapshot.signed.version + 1, signer, now)
        folder.write(f"{METADATA}/{snapshot.signed.version}.snapshot.json", snapshot.to_bytes())
    _write_timestamp(folder, published.root, snapshot, published, signer, now)
    signed = {"root": published.root.signed, "targets": published.targets.signed} | {n: r.signed for n, r in published.rings.items()}
    return tuple(f"{role} expires on {s.expires:%Y-%m-%d}" for role, s in signed.items() if s.expires - now < MARGIN)


def _publish(folder: RepositoryFolder, change: Change, published: Trusted | None, signers: Sequence[CryptoSigner], now: datetime) -> None:
    root = cast("Metadata[Root] | None", change.metadata.get("root")) or (published.root if published else None)
    assert root is not None
    signer = _freshness(root, signers)
    assert signer is not None
    meta = dict(published.snapshot.signed.meta) if published else {}
    meta |= {f"{role}.json": MetaFile(metadata.signed.version) for role, metadata in change.metadata.items() if role != "root"}
    version = published.snapshot.signed.version + 1 if published else 1
    snapshot = _snapshot(root, meta, version, signer, now)
    for path, content in change.targets.items():
        folder.write(f"{TARGETS}/{path}", content)
    for role, metadata in change.metadata.items():
        if role != "root":
            folder.write(f"{METADATA}/{metadata.signed.version}.{role}.json", metadata.to_bytes())
    folder.write(f"{METADATA}/{version}.snapshot.json", snapshot.to_bytes())
    if "root" in change.metadata:
        folder.write(f"{METADATA}/{root.signed.version}.root.json", root.to_bytes())
    _write_timestamp(folder, root, snapshot, published, signer, now)


def _snapshot(root: Metadata[Root], meta: dict[str, MetaFile], version: int, signer: CryptoSigner, now: datetime) -> Metadata[Snapshot]:
    expires = now.replace(microsecond=0) + timedelta(days=days_of(root)["root"])
    snapshot = Metadata(Snapshot(version=version, expires=expires, meta=meta))
    snapshot.sign(signer)
    return snapshot


def _write_timestamp(
    folder: RepositoryFolder,
    root: Metadata[Root],
    snapshot: Metadata[Snapshot],
    published: Trusted | None,
    signer: CryptoSigner,
    now: datetime,
) -> None:
    expires = now.replace(microsecond=0) + timedelta(days=days_of(root)["fresh"])
    version = published.timestamp.signed.version + 1 if published else 1
    told = {SIGNED_AT: int(now.timestamp())}
    timestamp = Metadata(
        Timestamp(version=version, expires=expires, snapshot_meta=MetaFile(snapshot.signed.version), unrecognized_fields=told)
    )
    timestamp.sign(signer)
    folder.write(f"{METADATA}/timestamp.json", timestamp.to_bytes())


def _lack(change: Change, published: Trusted | None, signers: Sequence[CryptoSigner]) -> tuple[Missing, ...]:
    lack = staged.missing(change, published)
    root = cast("Metadata[Root] | None", change.metadata.get("root")) or (published.root if published else None)
    assert root is not None
    if _freshness(root, signers) is None:
        lack += (Missing("timestamp", 1, _freshness_owners(root)),)
    return lack


def _freshness(root: Metadata[Root], signers: Sequence[CryptoSigner]) -> CryptoSigner | None:
    return next((s for s in signers if s.public_key.keyid in root.signed.roles["timestamp"].keyids), None)


def _freshness_owners(root: Metadata[Root]) -> tuple[str, ...]:
    return tuple(sorted(owner_of(root.signed.keys[keyid]) for keyid in root.signed.roles["timestamp"].keyids))


def _is_published(change: Change, published: Trusted | None) -> bool:
    if published is None:
        return False
    current: dict[str, Root | Targets] = {"root": published.root.signed, "targets": published.targets.signed}
    current |= {name: ring.signed for name, ring in published.rings.items()}
    return all(current.get(role) == metadata.signed for role, metadata in change.metadata.items())
