"""When time alone may try again (RFC 5321, 4.5.4.1): soon at first, then less often, for five days.

A server that was not reached has said nothing of the message: it is looked for every minute, so that mail goes soon after the network is back.
"""

from securemail_desktop.sending.state import State

DUE = frozenset({State.READY, State.DEFERRED})
_WAITS = (60, 5 * 60, 15 * 60, 30 * 60, 60 * 60)
_UNREACHED = 45  # seconds: due at the next minute
_GIVE_UP = 5 * 24 * 60 * 60


def next_attempt(attempts: int, now: float) -> float:
    """Return when the next attempt is due, in seconds since the epoch; `attempts` counts those before this one."""
    return now + _WAITS[min(attempts, len(_WAITS) - 1)]


def next_look(now: float) -> float:
    """Return when a server that was not reached is looked for again, in seconds since the epoch."""
    return now + _UNREACHED


def due(next_attempt: float, now: float) -> bool:
    """Say whether it is time for the next attempt; further away than the longest wait it can only be by a clock that was set back."""
    return not now < next_attempt <= now + _WAITS[-1]


def expired(created: float, now: float) -> bool:
    """Say whether the message has waited so long that its author must decide."""
    return now - created > _GIVE_UP
