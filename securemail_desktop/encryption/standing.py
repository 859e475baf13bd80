"""Whether an authority has taken a certificate back, as it said when it was asked last (RFC 6960, RFC 5280, 5).

Rules: what was revoked is refused, whatever the mode (unless it is off) and whenever something was signed, since a stolen key can claim any time.
HARD refuses a certificate as well that its authority did not confirm for now.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_AGAIN = {"good": timedelta(hours=12), "revoked": timedelta(hours=12), "unknown": timedelta(hours=1)}


class Mode(StrEnum):
    """OFF asks nobody; SOFT goes on where no answer is to be had; HARD needs one."""

    OFF = "off"
    SOFT = "soft"
    HARD = "hard"


class State(StrEnum):
    """What the authority says."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """One answer: asked `at`, good `until`; `since` when it is revoked. UNKNOWN: no sound answer could be had."""

    state: State
    at: datetime
    until: datetime
    since: datetime | None = None

    def stale(self, now: datetime) -> bool:
        """Say whether it is worth asking again."""
        return not timedelta(0) <= now - self.at < _AGAIN[self.state.value]


def objection(standing: Standing | None, whose: str, mode: Mode, now: datetime) -> str:
    """Return why the certificate may not be used, or an empty text; `whose` names it in words."""
    if mode is Mode.OFF:
        return ""
    if standing is not None and standing.state is State.REVOKED:
        return revoked(standing, whose)
    confirmed = standing is not None and standing.state is State.GOOD and now <= standing.until
    return "" if confirmed or mode is Mode.SOFT else f"nobody could confirm that {whose} is still valid"


def revoked(standing: Standing, whose: str) -> str:
    """Return in words that a certificate was revoked."""
    when = f" on {standing.since:%Y-%m-%d}" if standing.since else ""
    return f"{whose} was revoked by its authority{when}"


def encode(standing: Standing) -> bytes:
    """Return it as JSON."""
    since = standing.since.isoformat() if standing.since else None
    return json.dumps([standing.state.value, standing.at.isoformat(), standing.until.isoformat(), since]).encode("ascii")


def decode(document: bytes) -> Standing:
    """Return what `encode` wrote."""
    state, at, until, since = json.loads(document)
    return Standing(
        State(state), datetime.fromisoformat(at), datetime.fromisoformat(until), datetime.fromisoformat(since) if since else None
    )
