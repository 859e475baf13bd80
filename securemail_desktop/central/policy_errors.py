"""Errors of fetching signed policies; the text of each is one sentence for people.

PolicySourceError
├── SourceAway       no source answers, or its files are not complete yet: temporary
├── SourceExpired    what the source has is too old to be believed: somebody holds new policies back, or nobody refreshes it
├── SourceRejected   what the source has is not to be trusted; `reason` says why
├── NothingThere     the ring has no policy yet
└── NoRoom           this disk is full: the policy that was kept still holds
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a policy is rejected, as the journal names it."""

    ROOT = "root"  # it does not begin with the root that is pinned
    SIGNATURE = "signature"
    ROLLBACK = "rollback"  # older than what this device had, or files of two states together
    TAMPERED = "tampered"  # not the bytes that were signed
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"  # signed well, but no policy that this version can follow
    CACHE_REPLACED = "cache-replaced"
    CACHE_DELETED = "cache-deleted"
    CACHE_OLDER = "cache-older"


class PolicySourceError(Exception):
    """Anything wrong with fetching a policy; its text is safe to show and log."""


class SourceAway(PolicySourceError):
    """No source answers, or its files are not complete yet: temporary."""


class SourceExpired(PolicySourceError):
    """What the source has is too old to be believed."""


class SourceRejected(PolicySourceError):
    """What the source has is not to be trusted."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class NothingThere(PolicySourceError):
    """The ring has no policy yet."""


class NoRoom(PolicySourceError):
    """This disk is full: the policy that was kept still holds."""
