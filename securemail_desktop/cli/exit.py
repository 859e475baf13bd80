"""Exit codes of the contract."""

from enum import IntEnum


class Exit(IntEnum):
    """0 done; 1 the answer is no; 2 usage or unreadable input; 3 could not decide; 75 temporary, kept in the outbox.

    130 and 141 are the shell's for a program that was interrupted, or whose output nobody reads any more.
    """

    DONE = 0
    NO = 1
    USAGE = 2
    UNDECIDED = 3
    LATER = 75
    INTERRUPTED = 130
    UNREAD = 141


class UsageError(Exception):
    """Input that cannot be read or a call that makes no sense: the entry prints its text to stderr and exits 2."""
