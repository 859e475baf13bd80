"""A change that waits for signatures: new metadata and targets in `staged/`, complete with the last signature that its roles demand.

It is built on one published state. Where another one was published meanwhile, it is refused instead of undoing that.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets
from tuf.api.serialization import DeserializationError

from securemail_desktop.central.publishing.errors import Busy, KeyRefused, NoRepository
from securemail_desktop.central.publishing.folder import RepositoryFolder
from securemail_desktop.central.publishing.keys import owner_of
from securemail_desktop.central.rings import METADATA, TARGETS, NotARelease, Release, release_from, ring_target
from securemail_desktop.central.trusted import Trusted

STAGED = "staged"
_ABOUT = "change.json"
_DAMAGED = "The change that waits is damaged; give it up with 'securemail policy sign REPOSITORY --discard'."
Signable = Metadata[Root] | Metadata[Targets]
Delegator = Root | Targets


@dataclass(frozen=True, slots=True)
class Change:
    """What was made and is not published: a sentence, the versions that it is built on by role, metadata by role, targets by path."""

    what: str
    base: dict[str, int]
    metadata: dict[str, Signable]
    targets: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Missing:
    """A role that lacks signatures: how many, and the owners of the keys that may still give them."""

    role: str
    count: int
    owners: tuple[str, ...]


def stage(folder: RepositoryFolder, change: Change) -> None:
    """Keep a change until it is signed; raise `Busy`, `NotWritten`."""
    if (folder.path / STAGED).exists():
        raise Busy("Another change waits for signatures: sign it, or give it up with 'securemail policy sign REPOSITORY --discard'.")
    files = {f"{TARGETS}/{path}": content for path, content in change.targets.items()}
    files |= {f"{METADATA}/{role}.json": metadata.to_bytes() for role, metadata in change.metadata.items()}
    files[_ABOUT] = json.dumps({"what": change.what, "base": change.base}).encode()
    folder.replace_folder(STAGED, files)


def staged(folder: RepositoryFolder) -> Change | None:
    """Return the change that waits, or None; raise `NoRepository` where it is damaged."""
    about = folder.read(f"{STAGED}/{_ABOUT}")
    if about is None:
        return None
    top = folder.path / STAGED
    try:
        document = json.loads(about)
        metadata = {path.stem: _parsed(path.read_bytes()) for path in sorted((top / METADATA).glob("*.json"))}
        targets = {p.relative_to(top / TARGETS).as_posix(): p.read_bytes() for p in sorted((top / TARGETS).rglob("*")) if p.is_file()}
        return Change(str(document["what"]), {str(role): int(version) for role, version in document["base"].items()}, metadata, targets)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, DeserializationError, RepositoryError) as error:
        raise NoRepository(_DAMAGED) from error


def releases(folder: RepositoryFolder, change: Change) -> tuple[tuple[str, Release, bytes], ...]:
    """Return what each ring of the change hands out, with its bytes, as its signatures cover it; raise `NoRepository` where that does not fit."""
    found = []
    for ring, metadata in change.metadata.items():
        target = metadata.signed.targets.get(ring_target(ring)) if isinstance(metadata.signed, Targets) else None
        if target is None:
            continue
        content = change.targets.get(target.get_prefixed_paths()[0]) or folder.target(target)
        try:
            target.verify_length_and_hashes(content)
            found.append((ring, release_from(target.custom), content))
        except (RepositoryError, NotARelease) as error:
            raise NoRepository(_DAMAGED) from error
    return tuple(found)


def discard(folder: RepositoryFolder) -> None:
    """Give the change up; raise `NotWritten`."""
    folder.remove_folder(STAGED)


def sign(change: Change, published: Trusted | None, signers: Sequence[CryptoSigner]) -> int:
    """Sign every role that the keys may sign and have not; return how many signatures were added."""
    added = 0
    for role, metadata in change.metadata.items():
        allowed = {keyid for delegator in delegators(change, published, role) for keyid in delegator.get_delegated_role(role).keyids}
        for signer in signers:
            keyid = signer.public_key.keyid
            if keyid in allowed and keyid not in metadata.signatures:
                metadata.sign(signer, append=True)
                added += 1
    return added


def keep_signatures(folder: RepositoryFolder, change: Change) -> None:
    """Write the signatures of a staged change; raise `NotWritten`."""
    for role, metadata in change.metadata.items():
        folder.write(f"{STAGED}/{METADATA}/{role}.json", metadata.to_bytes())


def missing(change: Change, published: Trusted | None) -> tuple[Missing, ...]:
    """Return which signatures lack."""
    return tuple(
        lack for role in change.metadata for delegator in delegators(change, published, role) if (lack := _lack(delegator, role, change))
    )


def known_keys(change: Change | None, published: Trusted | None) -> dict[str, Key]:
    """Return every key that may sign now or after the change."""
    roots = [r for r in ((change.metadata.get("root") if change else None), published.root if published else None) if r]
    tops = [t for t in ((change.metadata.get("targets") if change else None), published.targets if published else None) if t]
    keys: dict[str, Key] = {}
    for root in roots:
        keys |= cast("Root", root.signed).keys
    for top in tops:
        delegations = cast("Targets", top.signed).delegations
        keys |= delegations.keys if delegations else {}
    return keys


def refuse_strangers(change: Change | None, published: Trusted | None, signers: Sequence[CryptoSigner]) -> None:
    """Raise `KeyRefused` for a key that has no say here, so that nobody believes that he signed."""
    known = known_keys(change, published)
    if any(signer.public_key.keyid not in known for signer in signers):
        owners = ", ".join(sorted({owner_of(key) for key in known.values()}))
        raise KeyRefused(f"A key that was given has no say in this repository; its keys belong to: {owners}.")


def delegators(change: Change, published: Trusted | None, role: str) -> Iterator[Delegator]:
    """Return who decides which keys sign a role: for a root the one before it and itself, for the others what will hold after the change."""
    own = cast("Metadata[Root] | None", change.metadata.get("root"))
    if role == "root":
        yield from (published.root.signed,) if published else ()
        assert own is not None
        yield own.signed
    elif role == "targets":
        root = own or (published.root if published else None)
        assert root is not None
        yield root.signed
    else:
        top = cast("Metadata[Targets] | None", change.metadata.get("targets")) or (published.targets if published else None)
        assert top is not None
        yield top.signed


def _lack(delegator: Delegator, role: str, change: Change) -> Missing | None:
    metadata = change.metadata[role]
    result = delegator.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
    owners = tuple(sorted(owner_of(key) for key in result.unsigned.values()))
    return Missing(role, result.missing, owners) if result.missing else None


def _parsed(content: bytes) -> Signable:
    metadata: Metadata[Any] = Metadata.from_bytes(content)
    if not isinstance(metadata.signed, Root | Targets):
        raise KeyError("metadata of another kind")
    return metadata
