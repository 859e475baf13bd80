"""How long a send is held and when the window locks: as the policy says, or as the user chose where that is stricter.

As in the policy's own layers (`policy.merge`), a user may lengthen the hold and lock sooner. A choice that a new policy no longer allows gives way.
"""

from collections.abc import Callable
from datetime import timedelta

from securemail_desktop.policy.model import Policy
from securemail_desktop.session.preferences import Preferences

LONGEST_UNDO = 120  # seconds, as in the policy's schema
LATEST_LOCK = 480  # minutes, as in the policy's schema
_UNDO, _LOCK = "undo-seconds", "lock-minutes"


class Limits:
    """Times of one user; reading does not block."""

    def __init__(self, policy: Callable[[], Policy], preferences: Callable[[], Preferences]) -> None:
        """Keep where the policy in force and the choices are found; asking for choices raises `StoreClosed` under a lock."""
        self._policy, self._preferences = policy, preferences

    @property
    def undo(self) -> timedelta:
        """Return how long every send is held with Undo; a rule may hold longer."""
        return timedelta(seconds=max(self.shortest_undo, min(self._chosen(_UNDO), LONGEST_UNDO)))

    @property
    def lock_after(self) -> timedelta:
        """Return after what time without use the window locks; zero is never."""
        chosen, longest = self._chosen(_LOCK), self.longest_lock
        return timedelta(minutes=min(chosen, longest) if chosen and longest else min(chosen, LATEST_LOCK) or longest)

    @property
    def shortest_undo(self) -> int:
        """Return the seconds that the policy holds at least."""
        return self._policy().undo

    @property
    def longest_lock(self) -> int:
        """Return the minutes after which the policy locks at the latest; 0 where it never does."""
        return self._policy().lock_after

    def choose_undo(self, seconds: int) -> None:
        """Keep how long sends are held."""
        self._preferences().set(_UNDO, str(seconds))

    def choose_lock(self, minutes: int) -> None:
        """Keep after how many minutes the window locks; 0 is what the policy says."""
        self._preferences().set(_LOCK, str(minutes))

    def _chosen(self, name: str) -> int:
        kept = self._preferences().get(name)
        return int(kept) if kept.isascii() and kept.isdecimal() and len(kept) < 6 else 0
