"""What the outside of a message tells of its inside before it is opened: hints for a list, never a verdict."""

from enum import IntFlag


class Marks(IntFlag):
    """A set of hints, as numbers that a store can keep."""

    ATTACHED = 1
    ENCRYPTED = 2
    SIGNED = 4


NO_MARKS = Marks(0)
