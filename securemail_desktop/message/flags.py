"""What a mailbox remembers of a message: the system flags of RFC 9051, 2.3.2, as numbers that a store can keep."""

from enum import IntFlag


class Flags(IntFlag):
    """A set of flags; of keywords only $Forwarded is kept (RFC 5788)."""

    SEEN = 1
    ANSWERED = 2
    FLAGGED = 4
    DELETED = 8
    FORWARDED = 16


NO_FLAGS = Flags(0)
