"""`securemail policy publish|promote|rollback`: puts a policy into a ring, after its own cases and lint have passed."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from securemail_desktop.central.publishing.build import Entry, release
from securemail_desktop.central.publishing.commit import submit
from securemail_desktop.central.publishing.errors import NotAllowed
from securemail_desktop.central.publishing.folder import RepositoryFolder
from securemail_desktop.central.publishing.history import Published, history, in_force, newest_version
from securemail_desktop.central.rings import Release
from securemail_desktop.central.trusted import Trusted
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.policy_keys import signers
from securemail_desktop.cli.policy_repository import told
from securemail_desktop.policy.bundle import files_of, objections, pack, unpack, with_rule_off, with_version
from securemail_desktop.policy.decision import RuleMode
from securemail_desktop.policy.folder import read_contents
from securemail_desktop.policy.load import load_contents


def publish(arguments: argparse.Namespace) -> int:
    """Publish a folder, or a rule's end; raise `PublishingError`, `PolicyError`, `UsageError`."""
    if (arguments.folder is None) == (arguments.emergency is None):
        raise UsageError("Name either a policy folder or --emergency RULE.")
    folder = RepositoryFolder(arguments.to)
    with folder.locked():
        published = folder.state()
        if arguments.emergency is not None:
            return _submit(folder, published, _without_rule(folder, published, arguments.emergency), arguments)
        files = files_of(arguments.folder)
        _refuse_version(published, arguments.ring, files)
        return _checked(folder, published, arguments.ring, files, ("publish", ""), arguments)


def promote(arguments: argparse.Namespace) -> int:
    """Give a ring what another one has; raise `PublishingError`, `PolicyError`."""
    folder = RepositoryFolder(arguments.repository)
    with folder.locked():
        published = folder.state()
        source, target = in_force(published, arguments.source), in_force(published, arguments.to)
        if source is None:
            raise NotAllowed(f"The ring '{arguments.source}' has no policy yet.")
        if target is not None and source.version <= target.version:
            raise NotAllowed(
                f"'{arguments.to}' has version {target.version} already, '{arguments.source}' version {source.version}: nothing to promote."
            )
        files = _files(folder, published, arguments.source)
        return _checked(folder, published, arguments.to, files, ("promote", arguments.source), arguments)


def rollback(arguments: argparse.Namespace) -> int:
    """Take an older policy back, as a newer version: devices never go back. Raise `PublishingError`, `PolicyError`."""
    folder = RepositoryFolder(arguments.repository)
    with folder.locked():
        published = folder.state()
        former = _former(history(folder, published, (arguments.ring,)), arguments.ring, arguments.to)
        files = with_version(unpack(folder.target(former.target)), newest_version(published) + 1)
        return _checked(folder, published, arguments.ring, files, ("rollback", str(former.release.version)), arguments)


def _checked(
    folder: RepositoryFolder,
    published: Trusted,
    ring: str,
    files: Mapping[str, bytes],
    how: tuple[str, str],
    arguments: argparse.Namespace,
) -> int:
    found = objections(files, datetime.now(UTC))
    if found:
        print("\n".join(("not published: lint and cases must pass first", *found)))
        return Exit.NO
    return _submit(folder, published, [_entry(ring, files, *how)], arguments)


def _submit(folder: RepositoryFolder, published: Trusted, entries: Sequence[Entry], arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    return told(folder, submit(folder, release(published, entries, now), signers(arguments), now))


def _entry(ring: str, files: Mapping[str, bytes], how: str, detail: str) -> Entry:
    policy = load_contents(files).id
    at = int(datetime.now(UTC).timestamp())
    return Entry(ring, pack(files), Release(policy.name, policy.version, policy.sha256, how, detail, at))


def _without_rule(folder: RepositoryFolder, published: Trusted, rule: str) -> list[Entry]:
    """Return the entries of every ring that has the rule switched on, each different policy under a version of its own."""
    versions: dict[bytes, int] = {}
    entries = []
    for ring in published.rings:
        files = _files(folder, published, ring)
        if files and any(r.id == rule and r.mode is not RuleMode.OFF for r in read_contents(files).document.rules):
            version = versions.setdefault(pack(files), newest_version(published) + 1 + len(versions))
            entries.append(_entry(ring, with_version(with_rule_off(files, rule), version), "emergency", rule))
    if not entries:
        raise NotAllowed(f"No ring has a rule '{rule}' that is switched on.")
    return entries


def _files(folder: RepositoryFolder, published: Trusted, ring: str) -> dict[str, bytes]:
    target = published.target(ring)
    return unpack(folder.target(target)) if target else {}


def _refuse_version(published: Trusted, ring: str, files: Mapping[str, bytes]) -> None:
    policy, newest = load_contents(files).id, newest_version(published)
    if policy.version > newest:
        return
    same = any((r := in_force(published, other)) and other != ring and r.sha256 == policy.sha256 for other in published.rings)
    raise NotAllowed(
        f"This very policy is in another ring already: use 'securemail policy promote {ring}'."
        if same
        else f"The newest version that was published is {newest}: write 'version: {newest + 1}' or more into policy.yaml."
    )


def _former(releases: Sequence[Published], ring: str, version: int | None) -> Published:
    if not releases:
        raise NotAllowed(f"The ring '{ring}' has no policy yet.")
    present = releases[-1].release
    for published in reversed(releases[:-1]):
        if published.release.version == version or (version is None and published.release.sha256 != present.sha256):
            return published
    known = ", ".join(str(p.release.version) for p in releases[:-1]) or "none"
    raise NotAllowed(f"There is no such older version in '{ring}'; it had: {known}.")
