"""`securemail policy init|rotate|refresh|sign|history`: the repository of signed policies, its keys, its signatures and its past."""

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from securesystemslib.signer import Key
from tuf.api.metadata import Root

from securemail_desktop.central.publishing import staged
from securemail_desktop.central.publishing.build import NEW, Keys, keys_of, new_repository, rotation
from securemail_desktop.central.publishing.commit import Outcome, refresh, sign_staged, submit
from securemail_desktop.central.publishing.errors import NotAllowed
from securemail_desktop.central.publishing.folder import RepositoryFolder, empty_or_new
from securemail_desktop.central.publishing.history import Published, history
from securemail_desktop.central.publishing.keys import owner_of, public_key
from securemail_desktop.central.publishing.staged import Change
from securemail_desktop.central.trusted import Trusted
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.policy_keys import signers
from securemail_desktop.cli.policy_signed_arguments import DAYS
from securemail_desktop.policy.bundle import objections, unpack
from securemail_desktop.policy.decision import PolicyId
from securemail_desktop.policy.differences import differences
from securemail_desktop.policy.folder import read_contents
from securemail_desktop.policy.load import load_contents


def init(arguments: argparse.Namespace) -> int:
    """Make a repository; raise `PublishingError`."""
    folder, now = RepositoryFolder(arguments.repository), datetime.now(UTC)
    owners = tuple(map(public_key, arguments.signer))
    rings = _rings(arguments.ring or ["pilot", "broad"], arguments.threshold or 1)
    root = tuple(map(public_key, arguments.root_signer)) or owners
    keys = Keys(owners, root, tuple(map(public_key, arguments.freshness_key)), arguments.threshold or 1, rings, _days(arguments, DAYS))
    empty_or_new(folder.path)
    with folder.locked():
        outcome = submit(folder, new_repository(keys, now), signers(arguments), now)
    _note_one_person(keys)
    return told(folder, outcome)


def rotate(arguments: argparse.Namespace) -> int:
    """Give the repository other keys, or the same ones for another year; raise `PublishingError`."""
    folder, now = RepositoryFolder(arguments.repository), datetime.now(UTC)
    with folder.locked():
        published = folder.state()
        keys = _changed(keys_of(published), arguments)
        outcome = submit(folder, rotation(published, keys, now), signers(arguments), now)
    _note_one_person(keys)
    return told(folder, outcome)


def keep_fresh(arguments: argparse.Namespace) -> int:
    """Say again that what is published is the newest; raise `PublishingError`."""
    folder = RepositoryFolder(arguments.repository)
    with folder.locked():
        expiring = refresh(folder, signers(arguments), datetime.now(UTC))
    print("\n".join((f"{folder.path} is fresh.", *(f"note: {e}: renew with 'securemail policy rotate'." for e in expiring))))
    return Exit.DONE


def sign(arguments: argparse.Namespace) -> int:
    """Show the change that waits; with keys sign it, and publish it when that was the last signature. Raise `PublishingError`, `PolicyError`."""
    folder = RepositoryFolder(arguments.repository)
    if arguments.discard:
        with folder.locked():
            staged.discard(folder)
        print("Nothing waits any more.")
        return Exit.DONE
    change, published = staged.staged(folder), folder.state() if folder.exists else None
    if change is None:
        raise UsageError(f"No change waits for signatures in {folder.path}.")
    print("\n".join(["To sign:", *_shown(folder, change, published)]))
    refused = _objections(folder, change)
    if refused:
        print("\n".join(["not signed:", *refused]))
        return Exit.NO
    if not arguments.key:
        return Exit.LATER
    with folder.locked():
        outcome = sign_staged(folder, signers(arguments), datetime.now(UTC))
    assert outcome is not None
    return told(folder, outcome)


def show_history(arguments: argparse.Namespace) -> int:
    """Print what was published; raise `PublishingError`."""
    folder = RepositoryFolder(arguments.repository)
    found = history(folder, folder.state(), tuple(arguments.ring))
    if arguments.json:
        print(json.dumps({"releases": [_as_json(p) for p in found]}, ensure_ascii=False))
    else:
        print("\n".join(map(_line, found)) or "nothing was published yet")
    return Exit.DONE


def told(folder: RepositoryFolder, outcome: Outcome) -> int:
    """Print what became of a change; return the exit code: 75 where it waits."""
    if not outcome.missing:
        print(f"Published: {outcome.what}.")
        if outcome.what == NEW:
            print(f"Devices pin this root: {hashlib.sha256(folder.pinned).hexdigest()}")
        return Exit.DONE
    print(f"Signed, and waiting: {outcome.what}.")
    for lack in outcome.missing:
        print(f"  {lack.role}: {lack.count} more signature{'' if lack.count == 1 else 's'}, of: {', '.join(lack.owners)}")
    print(f"Next: securemail policy sign {folder.path} --key ...")
    return Exit.LATER


def _changed(keys: Keys, arguments: argparse.Namespace) -> Keys:
    gone = set(arguments.remove)
    unknown = gone - {owner_of(k) for k in (*keys.signers, *keys.root, *keys.freshness)}
    if unknown:
        raise NotAllowed(f"No key of '{min(unknown)}' is in this repository.")
    threshold = arguments.threshold or keys.root_threshold
    former = tuple((ring, arguments.threshold or n) for ring, n in keys.rings)
    return replace(
        keys,
        signers=_kept(keys.signers, gone, arguments.signer),
        root=_kept(keys.root, gone, arguments.root_signer or arguments.signer),
        freshness=_kept(keys.freshness, gone, arguments.freshness_key),
        root_threshold=threshold,
        rings=tuple((dict(former) | dict(_rings(arguments.ring or [], threshold))).items()),
        days=_days(arguments, keys.days),
    )


def _kept(keys: tuple[Key, ...], gone: set[str], new: Iterable[Path]) -> tuple[Key, ...]:
    return tuple({k.keyid: k for k in (*(k for k in keys if owner_of(k) not in gone), *map(public_key, new))}.values())


def _rings(texts: list[str], threshold: int) -> tuple[tuple[str, int], ...]:
    rings: dict[str, int] = {}
    for text in texts:
        name, _, count = text.partition("=")
        if count and not count.isdecimal():
            raise UsageError(f"--ring wants NAME or NAME=NUMBER, got '{text}'")
        rings[name] = int(count) if count else threshold
    return tuple(rings.items())


def _days(arguments: argparse.Namespace, former: object) -> dict[str, int]:
    assert isinstance(former, dict)
    return {kind: getattr(arguments, f"{kind}_days") or former[kind] for kind in DAYS}


def _note_one_person(keys: Keys) -> None:
    owners = [owner_of(k) for k in keys.signers]
    twice = sorted({o for o in owners if owners.count(o) > 1})
    if twice and max(n for _, n in keys.rings) > 1:
        print(f"note: {', '.join(twice)} holds more than one key, so two signatures are not two people.")


def _shown(folder: RepositoryFolder, change: Change, published: Trusted | None) -> Iterator[str]:
    """Return what is signed, and what differs from what each ring has; read from what the signatures cover."""
    for role, metadata in change.metadata.items():
        if isinstance(metadata.signed, Root):
            keys = metadata.signed.roles["root"]
            yield f"  keys of the repository: {_names(metadata.signed.keys, keys.keyids)}; {keys.threshold} must sign"
        elif role == "targets" and metadata.signed.delegations:
            for ring, rule in (metadata.signed.delegations.roles or {}).items():
                yield f"  keys of ring {ring}: {_names(metadata.signed.delegations.keys, rule.keyids)}; {rule.threshold} must sign"
    for ring, released, content in staged.releases(folder, change):
        yield f"  {ring}: {released.how} {released.name} version {released.version}, SHA-256 {released.sha256}"
        before = published.target(ring) if published else None
        if before is not None:
            found = differences(read_contents(unpack(folder.target(before))), read_contents(unpack(content)))
            yield from (f"    {d.path}: {d.old} -> {d.new}" for d in found)


def _names(keys: Mapping[str, Key], ids: Iterable[str]) -> str:
    return ", ".join(owner_of(keys[keyid]) for keyid in ids)


def _objections(folder: RepositoryFolder, change: Change) -> tuple[str, ...]:
    found: list[str] = []
    for ring, released, content in staged.releases(folder, change):
        files = unpack(content)
        if load_contents(files).id != PolicyId(released.name, released.version, released.sha256):
            found.append(f"{ring}: the policy is another one than it says")
        elif released.how != "emergency":  # cases about the rule that is off fail, and are meant to
            found += objections(files, datetime.now(UTC))
    return tuple(found)


def _line(published: Published) -> str:
    release = published.release
    how = f"{release.how} ({release.detail})" if release.detail else release.how
    what = f"{published.since:%Y-%m-%d %H:%M}  {published.ring:<8} {release.name} version {release.version}  {how}"
    return f"{what}  signed by {', '.join(published.signers)}  {release.sha256[:12]}"


def _as_json(published: Published) -> dict[str, object]:
    release = published.release
    return {
        "ring": published.ring,
        "name": release.name,
        "version": release.version,
        "sha256": release.sha256,
        "how": release.how,
        "detail": release.detail,
        "since": published.since.isoformat(),
        "signers": list(published.signers),
    }
