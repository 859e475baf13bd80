"""Errors of the encrypted store; the text of each is one sentence for people with the way out.

StoreError
├── NoKeyring          the operating system offers no keyring and no key file was named
├── WrongKey           the key does not open this store
├── StoreFull          the disk is full: nothing was changed
└── StoreBroken        the file is damaged or from a newer version
"""


class StoreError(Exception):
    """Anything wrong with the store; its text is safe to show and log."""


class NoKeyring(StoreError):
    """The operating system offers no keyring and no key file was named."""


class WrongKey(StoreError):
    """The key does not open this store."""


class StoreFull(StoreError):
    """The disk is full: nothing was changed."""


class StoreBroken(StoreError):
    """The file is damaged or from a newer version."""
