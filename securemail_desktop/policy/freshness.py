"""What becomes of a signed policy whose source says nothing for long: it stays, is told of, then protects everything that goes outside.

Blocking is opt-in: nobody is locked out because a share is away. The clock of a device that is behind what is known counts as too old.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum


class Age(IntEnum):
    """How old a policy is, the younger first."""

    FRESH = 0
    TOLD = 1
    PROTECTS = 2
    BLOCKS = 3


@dataclass(frozen=True, slots=True)
class FreshnessDays:
    """Days without word from the source from which on each holds; `block` None is never."""

    warn: int = 7
    protect: int = 30
    block: int | None = None

    def age(self, silence: timedelta) -> Age:
        """Return how old a policy is whose source said nothing for that long."""
        if self.block is not None and silence >= timedelta(days=self.block):
            return Age.BLOCKS
        if silence >= timedelta(days=self.protect):
            return Age.PROTECTS
        return Age.TOLD if silence >= timedelta(days=self.warn) else Age.FRESH
