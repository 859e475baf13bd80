"""What a repository of signed policies looks like from both sides: its folders, its rings, and what is said of each release (TUF 1.0.34).

A ring is a delegated role of its own with one target, `RING/policy.json`. The keys of the rings also sign the root, unless it has others; the key
that keeps all fresh signs snapshot and timestamp alone, so that a machine can do it every day while the others lie in a drawer.
"""

import re
from dataclasses import asdict, dataclass, fields

METADATA, TARGETS = "metadata", "targets"
RING = re.compile(r"[a-z][a-z0-9-]{0,31}")
RESERVED = frozenset({"root", "snapshot", "targets", "timestamp"})
OWNER = "x-owner"  # whose key it is
SIGNED_AT = "x-signed-at"  # when a timestamp was made, seconds since 1970: no clock of a device is earlier
DAYS = "x-days"  # how long metadata is good, by kind


class NotARelease(ValueError):
    """What stands beside a target is no release."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is said of a policy in a ring: its name, version and digest, how it came there (`publish`, `promote`, `rollback`, `emergency`).

    `at` is seconds since 1970, `detail` what belongs to `how`: the ring, the version, or the rule.
    """

    name: str
    version: int
    sha256: str
    how: str
    detail: str
    at: int


def ring_target(ring: str) -> str:
    """Return the ring's target."""
    return f"{ring}/policy.json"


def release_document(release: Release) -> dict[str, object]:
    """Return what stands beside the target."""
    return asdict(release)


def release_from(document: object) -> Release:
    """Return the release that stands beside a target; raise `NotARelease`."""
    if not isinstance(document, dict):
        raise NotARelease("a target without a release")
    try:
        values = {field.name: document[field.name] for field in fields(Release)}
    except KeyError as error:
        raise NotARelease(str(error)) from error
    if any(not isinstance(value, int if name in {"version", "at"} else str) for name, value in values.items()):
        raise NotARelease("a value of another type")
    return Release(**values)
