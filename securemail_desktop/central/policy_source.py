"""Fetches a ring's policy from a source with The Update Framework, beginning with the pinned root, and checks what was kept of it at every start.

What was kept are the signed files themselves, by name; they are checked from the pinned root on each time, never believed because they lie here.
"""

import errno
import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tuf.api import exceptions as tuf
from tuf.api.metadata import TargetFile
from tuf.api.serialization import DeserializationError
from tuf.ngclient import Updater, UpdaterConfig

from securemail_desktop.central.policy_errors import NoRoom, NothingThere, Reason, SourceAway, SourceExpired, SourceRejected
from securemail_desktop.central.policy_fetch import BASE, LARGEST_FILE, PolicyFetcher
from securemail_desktop.central.rings import METADATA, SIGNED_AT, TARGETS, NotARelease, release_from, ring_target
from securemail_desktop.central.signed_policy import Floor, SignedPolicy, Subscription
from securemail_desktop.central.trusted import MOST_ROOTS, NotTrustworthy, Trusted, check

_CONFIG = UpdaterConfig()
_TARGET = "policy.json"
_ROOTS = "root_history"
_KEPT = re.compile(rf"(?:{_ROOTS}/[0-9]+\.root|[a-z][a-z0-9-]*)\.json")


def fetch(
    subscription: Subscription, kept: Mapping[str, bytes], source: PolicyFetcher, workplace: Path, floor: Floor | None = None
) -> SignedPolicy:
    """Return the newest policy of the ring; blocks. `workplace` is a private folder for a moment. Raise `PolicySourceError`."""
    with _translated(), tempfile.TemporaryDirectory(prefix="policy-", dir=workplace) as folder:
        root = _pinned(subscription.pin, kept) or _root_from(source, subscription.pin)
        place = Path(folder)
        _lay_out(place, kept)
        updater = Updater(str(place), f"{BASE}{METADATA}/", str(place), f"{BASE}{TARGETS}/", source, _CONFIG, bootstrap=root)
        updater.refresh()
        target = updater.get_targetinfo(ring_target(subscription.ring))
        if target is None:
            raise NothingThere("Your organisation has not published a policy for this ring yet.")
        if target.length > LARGEST_FILE:
            raise SourceRejected(Reason.DAMAGED, _said(Reason.DAMAGED))
        _take(updater, target, place, kept.get(_TARGET))
        fetched = still_good(subscription, _collected(place, subscription))
    _refuse_older(fetched, floor or Floor())
    return fetched


def still_good(subscription: Subscription, kept: Mapping[str, bytes]) -> SignedPolicy:
    """Check what was kept, from the pinned root on, whatever its age; raise `SourceRejected`."""
    root = _pinned(subscription.pin, kept)
    if root is None:
        raise SourceRejected(Reason.ROOT, _said(Reason.ROOT))

    def read(role: str, version: int) -> bytes | None:
        return kept.get(f"{_ROOTS}/{version}.root.json" if role == "root" else f"{role}.json")

    try:
        trusted = check(root, read, (subscription.ring,))
        return _signed_policy(trusted, subscription.ring, kept)
    except (NotTrustworthy, NotARelease, tuf.RepositoryError, ValueError, TypeError, OverflowError) as error:
        raise SourceRejected(Reason.SIGNATURE, _said(Reason.SIGNATURE)) from error


def _signed_policy(trusted: Trusted, ring: str, kept: Mapping[str, bytes]) -> SignedPolicy:
    target, content = trusted.target(ring), kept.get(_TARGET)
    if target is None or content is None:
        raise NotTrustworthy(ring)
    target.verify_length_and_hashes(content)
    timestamp = trusted.timestamp.signed
    return SignedPolicy(
        content=content,
        release=release_from(target.custom),
        root=trusted.root.signed.version,
        floor=Floor(timestamp.version, trusted.snapshot.signed.version),
        signed_at=datetime.fromtimestamp(int(timestamp.unrecognized_fields.get(SIGNED_AT, 0)), UTC),
        fresh_until=timestamp.expires,
        files=dict(kept),
    )


def _pinned(pin: str, kept: Mapping[str, bytes]) -> bytes | None:
    return next((c for n, c in kept.items() if n.startswith(f"{_ROOTS}/") and hashlib.sha256(c).hexdigest() == pin), None)


def _root_from(source: PolicyFetcher, pin: str) -> bytes:
    """Look for the root that is pinned; raise `SourceAway` where there is none at all, `SourceRejected` where others are."""
    for version in range(1, MOST_ROOTS):
        content = source.file(f"{METADATA}/{version}.root.json", _CONFIG.root_max_length)
        if content is None:
            break
        if hashlib.sha256(content).hexdigest() == pin:
            return content
    if version == 1:
        raise SourceAway("The source has no signed policies; your administrator can see why.")
    raise SourceRejected(Reason.ROOT, _said(Reason.ROOT))


def _lay_out(place: Path, kept: Mapping[str, bytes]) -> None:
    (place / _ROOTS).mkdir()
    for name, content in kept.items():
        if _KEPT.fullmatch(name) and name != _TARGET:
            (place / name).write_bytes(content)


def _take(updater: Updater, target: TargetFile, place: Path, known: bytes | None) -> None:
    """Download the policy unless it is the one that is known."""
    path = place / _TARGET
    if known is not None:
        path.write_bytes(known)
    if known is None or updater.find_cached_target(target, str(path)) is None:
        updater.download_target(target, str(path))


def _collected(place: Path, subscription: Subscription) -> dict[str, bytes]:
    names = ["timestamp.json", "snapshot.json", "targets.json", f"{subscription.ring}.json", _TARGET]
    names += [f"{_ROOTS}/{path.name}" for path in (place / _ROOTS).glob("*.root.json")]
    return {name: (place / name).read_bytes() for name in names}


def _refuse_older(fetched: SignedPolicy, floor: Floor) -> None:
    if fetched.floor.timestamp < floor.timestamp or fetched.floor.snapshot < floor.snapshot:
        raise SourceRejected(Reason.ROLLBACK, _said(Reason.ROLLBACK))


@contextmanager
def _translated() -> Iterator[None]:
    """Translate the library's errors; the order matters, as some are kinds of others."""
    try:
        yield
    except tuf.DownloadLengthMismatchError as error:
        raise SourceRejected(Reason.TAMPERED, _said(Reason.TAMPERED)) from error
    except tuf.DownloadHTTPError as error:
        raise SourceAway("The source of policies is not complete; it is asked again.") from error
    except tuf.DownloadError as error:
        if _is_full(error):
            raise NoRoom("The disk is full, so the newest policy cannot be kept; free some space.") from error
        raise SourceAway("The source of policies cannot be reached; it is asked again.") from error
    except tuf.ExpiredMetadataError as error:
        raise SourceExpired("The source has nothing new enough to be believed; tell your IT to refresh it.") from error
    except (tuf.RepositoryError, DeserializationError, ValueError) as error:
        reason = _reason(error)
        raise SourceRejected(reason, _said(reason)) from error
    except OSError as error:
        raise NoRoom("The newest policy cannot be kept on this disk; free some space.") from error


def _reason(error: Exception) -> Reason:
    kinds = (
        (tuf.UnsignedMetadataError, Reason.SIGNATURE),
        (tuf.BadVersionNumberError, Reason.ROLLBACK),
        (tuf.LengthOrHashMismatchError, Reason.TAMPERED),
    )
    return next((reason for kind, reason in kinds if isinstance(error, kind)), Reason.DAMAGED)


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        error = error.__cause__
    return False


def _said(reason: Reason) -> str:
    told = {
        Reason.ROOT: "The source belongs to somebody else than the one this device trusts",
        Reason.SIGNATURE: "A policy came that nobody signed who may",
        Reason.ROLLBACK: "A policy came that is older than the one this device has had",
        Reason.TAMPERED: "A policy came that was changed after it was signed",
    }
    return f"{told.get(reason, 'A policy came that cannot be read')}, so it is not taken; tell your IT."
