"""Errors of protection; the text of each is one sentence for people with the way out, without message text or key material.

EncryptionError
├── KeyRefused         a certificate or key that may not be used: expired, weak, not for mail, someone else's, not vouched for
├── NoKey              the key that is asked for is not here, or the sender has none of his own
├── NotImportable      a file that holds no usable key, or whose password is wrong
├── NotReadable        a protected message that cannot be opened: no key for it, damaged, or altered
├── NotAvailable       the method exists but this program cannot carry it out here
├── LookUpFailed       somebody who was asked for a key did not answer, or not as he should
│   └── NoSuchHost     the name of the one to ask does not exist
└── NoGnuPG            GnuPG is missing or does not work
"""


class EncryptionError(Exception):
    """Anything wrong with protection; its text is safe to show and log."""


class KeyRefused(EncryptionError):
    """A certificate or key that may not be used: expired, weak, not for mail, someone else's, not vouched for."""


class NoKey(EncryptionError):
    """The key that is asked for is not here, or the sender has none of his own."""


class NotImportable(EncryptionError):
    """A file that holds no usable key, or whose password is wrong."""


class NotReadable(EncryptionError):
    """A protected message that cannot be opened: no key for it, damaged, or altered."""


class NotAvailable(EncryptionError):
    """The method exists but this program cannot carry it out here."""


class LookUpFailed(EncryptionError):
    """Somebody who was asked for a key did not answer, or not as he should."""


class NoSuchHost(LookUpFailed):
    """The name of the one to ask does not exist."""


class NoGnuPG(EncryptionError):
    """GnuPG is missing or does not work."""
