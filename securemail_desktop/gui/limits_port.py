"""What the window needs of the times that policy and user set; `session.limits.Limits` implements it. Reading does not block."""

from datetime import timedelta
from typing import Protocol


class LimitsPort(Protocol):
    """How long a send is held and when the window locks."""

    @property
    def undo(self) -> timedelta:
        """Return how long every send is held with Undo; a rule may hold longer."""
        ...

    @property
    def lock_after(self) -> timedelta:
        """Return after what time without use the window locks; zero is never."""
        ...

    @property
    def shortest_undo(self) -> int:
        """Return the seconds that the policy holds at least."""
        ...

    @property
    def longest_lock(self) -> int:
        """Return the minutes after which the policy locks at the latest; 0 where it never does."""
        ...

    def choose_undo(self, seconds: int) -> None:
        """Keep how long sends are held."""
        ...

    def choose_lock(self, minutes: int) -> None:
        """Keep after how many minutes the window locks; 0 is what the policy says."""
        ...
