"""The only module that names a backend: settings and secret in, an open account out."""

from securemail_desktop.accounts.errors import SettingsBroken
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.protocol import Checkable, Mailbox, Submission
from securemail_desktop.accounts.settings import Account
from securemail_desktop.accounts.smtp import SmtpSubmission


def open_submission(account: Account, password: str) -> Submission:
    """Return the account's way to hand over mail; nothing is connected yet."""
    return SmtpSubmission(account.submission, password)


def open_mailbox(account: Account, password: str) -> Mailbox:
    """Return the account's folders; nothing is connected yet. Raise `SettingsBroken` when the account has no mailbox."""
    if account.mailbox is None:
        raise SettingsBroken(f"The account {account.name} has no mailbox server: add it anew with --imap.")
    return ImapMailbox(account.mailbox, password)


def open_checks(account: Account, password: str) -> tuple[tuple[str, Checkable], ...]:
    """Return the account's servers by what they are for, each to be tried step by step."""
    submission: tuple[str, Checkable] = ("submission", SmtpSubmission(account.submission, password))
    return (submission,) if account.mailbox is None else (submission, ("mailbox", ImapMailbox(account.mailbox, password)))
