"""Where signed policies come from: what IT set for this machine, what it recommends, and what the user chose, with the origin of each value.

Sources, root and their file of trusted roots are the machine's as soon as it names any of them: a user can't add another. The ring is the managed
one, then the user's, then the recommended one.
"""

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

FOLDER = Path("/etc/securemail/policies")
SOURCES, ROOT, TRUSTED, RING = "PolicySources", "PolicyRootSha256", "PolicyTrustedRootsFile", "PolicyRing"
NAMES = (SOURCES, ROOT, TRUSTED, RING)
_TOGETHER = (SOURCES, ROOT, TRUSTED)
_HEX = 64


class Origin(StrEnum):
    """Who gave a value, the strongest first."""

    MANAGED = "managed"
    RECOMMENDED = "recommended"
    USER = "user"
    BUILT_IN = "built-in"


class MachineBroken(Exception):
    """What IT set for this machine cannot be read; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The values of each scope by name, as they were found."""

    managed: Mapping[str, object] = field(default_factory=dict)
    recommended: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Following:
    """What this device follows: sources in their order, ring, hex SHA-256 of the root, a PEM file or empty; and the origin of each by name."""

    sources: tuple[str, ...]
    ring: str
    pin: str
    ca_file: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)


def following(scopes: Scopes, user: Mapping[str, object]) -> Following | None:
    """Return what the device follows, None where nobody named a source; raise `MachineBroken`."""
    machine = _together(scopes)
    given, origin = machine or (user, Origin.USER)
    sources = _texts(given.get(SOURCES))
    if not sources and not machine:
        return None
    pin, (ring, ring_origin) = _text(given.get(ROOT)).lower(), _ring(scopes, user)
    if not sources or len(pin) != _HEX or any(c not in "0123456789abcdef" for c in pin):
        raise MachineBroken(
            f"The source of this device's policies is not set up right: {SOURCES} and {ROOT} (64 hex digits) belong together."
        )
    return Following(sources, ring, pin, _text(given.get(TRUSTED)), {SOURCES: origin, ROOT: origin, TRUSTED: origin, RING: ring_origin})


def linux_scopes(folder: Path = FOLDER, owner: int = 0) -> Scopes:
    """Return the values of `managed/*.json` and `recommended/*.json`; raise `MachineBroken`. Files that others than `owner` can write are refused."""
    return Scopes(_merged(folder / "managed", owner), _merged(folder / "recommended", owner))


def _together(scopes: Scopes) -> tuple[Mapping[str, object], Origin] | None:
    """Return the scope of the machine that names sources or root; they are never mixed."""
    for values, origin in ((scopes.managed, Origin.MANAGED), (scopes.recommended, Origin.RECOMMENDED)):
        if any(name in values for name in _TOGETHER):
            return values, origin
    return None


def _ring(scopes: Scopes, user: Mapping[str, object]) -> tuple[str, Origin]:
    for values, origin in ((scopes.managed, Origin.MANAGED), (user, Origin.USER), (scopes.recommended, Origin.RECOMMENDED)):
        if ring := _text(values.get(RING)):
            return ring, origin
    return "broad", Origin.BUILT_IN


def _merged(folder: Path, owner: int) -> dict[str, object]:
    values: dict[str, object] = {}
    try:
        for path in sorted(folder.glob("*.json")):
            about = path.stat()
            if about.st_uid != owner or stat.S_IMODE(about.st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
                raise MachineBroken(f"{path} can be changed by others than the administrator, so it is not followed; tell your IT.")
            document = json.loads(path.read_bytes())
            if not isinstance(document, dict):
                raise MachineBroken(f"{path} is not a JSON object; tell your IT.")
            values |= document
    except (OSError, ValueError) as error:
        raise MachineBroken(f"{folder} cannot be read; tell your IT.") from error
    return values


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    return tuple(filter(None, map(_text, values))) if isinstance(values, list | tuple) else ()
