"""The only module that names a backend: settings and secret in, an open account out."""

from securemail_desktop.accounts.protocol import Mailbox, Submission
from securemail_desktop.accounts.settings import Account


def open_submission(account: Account, password: str) -> Submission:
    """Return the account's way to hand over mail; nothing is connected yet."""
    raise NotImplementedError


def open_mailbox(account: Account, password: str) -> Mailbox:
    """Return the account's folders; nothing is connected yet."""
    raise NotImplementedError
