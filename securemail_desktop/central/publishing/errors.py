"""Errors of publishing; the text of each is one sentence for people with the way out.

PublishingError
├── NoRepository    the folder is none, or is not as its keys left it
├── Busy            somebody else is publishing, or a change waits for signatures
├── KeyRefused      a key cannot be read, or may not sign here
├── NotAllowed      the change itself makes no sense: a version that is no newer, an unknown ring
└── NotWritten      the disk is full or the folder may not be written: nothing was published
"""


class PublishingError(Exception):
    """Anything wrong with publishing."""


class NoRepository(PublishingError):
    """The folder is no repository, or is not as its keys left it."""


class Busy(PublishingError):
    """Somebody else is publishing, or a change waits for signatures."""


class KeyRefused(PublishingError):
    """A key cannot be read, or may not sign here."""


class NotAllowed(PublishingError):
    """The change makes no sense: a version that is no newer, an unknown ring."""


class NotWritten(PublishingError):
    """The disk is full or the folder may not be written: nothing was published."""
