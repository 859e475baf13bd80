"""Errors of the encrypted store; the text of each is one sentence for people with the way out.

StoreError
├── NoKeyring          the operating system offers no keyring and no key file was named
├── WrongKey           the key does not open this store, is lost, or its file is no key or open to others
├── PassphraseNeeded   a passphrase opens this store, and none was given
├── WrongPassphrase    the passphrase does not open this store, or it was tried too often just now
├── StoreFull          the disk is full: nothing was changed
├── NotKept            what was asked for is not in the store any more
├── StoreBusy          another program holds the store too long: temporary, nothing was changed
├── StoreClosed        the store was closed by a lock: nothing was changed, unlocking opens it again
└── StoreBroken        the file is damaged, cannot be written, or is from a newer version
"""


class StoreError(Exception):
    """Anything wrong with the store; its text is safe to show and log."""


class NoKeyring(StoreError):
    """The operating system offers no keyring and no key file was named."""


class WrongKey(StoreError):
    """The key does not open this store, is lost, or its file is no key or open to others."""


class PassphraseNeeded(StoreError):
    """A passphrase opens this store, and none was given."""

    def __init__(self) -> None:
        """Say the one thing there is to say."""
        super().__init__("A passphrase opens this mail store: type it on a terminal, or name a file that holds it with --passphrase-file.")


class WrongPassphrase(StoreError):
    """The passphrase does not open this store, or it was tried too often just now."""


class StoreFull(StoreError):
    """The disk is full: nothing was changed."""


class NotKept(StoreError):
    """What was asked for is not in the store any more."""


class StoreBusy(StoreError):
    """Another program holds the store too long: temporary, nothing was changed."""


class StoreClosed(StoreError):
    """The store was closed by a lock: nothing was changed, unlocking opens it again."""

    def __init__(self) -> None:
        """Say the one thing there is to say."""
        super().__init__("Your mail is locked: unlock it and try again.")


class StoreBroken(StoreError):
    """The file is damaged, cannot be written, or is from a newer version."""
