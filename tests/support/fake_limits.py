"""Times in memory, as a policy and a user set them; `error` is raised instead of keeping a choice."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass
class FakeLimits:
    """Implements `LimitsPort`; 0 chosen is what the policy says."""

    undo: timedelta = timedelta(seconds=5)
    lock_after: timedelta = timedelta(0)
    shortest_undo: int = 5
    longest_lock: int = 0
    error: Exception | None = None

    def choose_undo(self, seconds: int) -> None:
        self._fail()
        self.undo = timedelta(seconds=seconds or self.shortest_undo)

    def choose_lock(self, minutes: int) -> None:
        self._fail()
        self.lock_after = timedelta(minutes=minutes or self.longest_lock)

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
