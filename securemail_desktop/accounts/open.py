"""The only module that names a backend: settings and secret in, an open account out.

A backend is imported when a server of its kind is named first: their libraries take time that no start should wait for.
"""

from typing import TYPE_CHECKING

from securemail_desktop.accounts.errors import SettingsBroken
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.protocol import Checkable, Mailbox, Submission
from securemail_desktop.accounts.settings import Account, Server

if TYPE_CHECKING:
    from securemail_desktop.accounts.imap import ImapMailbox
    from securemail_desktop.accounts.smtp import SmtpSubmission

PATIENT = Timeouts()


def open_submission(account: Account, password: str, timeouts: Timeouts = PATIENT) -> Submission:
    """Return the account's way to hand over mail; nothing is connected yet."""
    return _smtp(account.submission, password, timeouts)


def open_mailbox(account: Account, password: str, timeouts: Timeouts = PATIENT) -> Mailbox:
    """Return the account's folders; nothing is connected yet. Raise `SettingsBroken` when the account has no mailbox."""
    if account.mailbox is None:
        raise SettingsBroken(f"The account {account.name} has no mailbox server: add it anew with --imap.")
    return _imap(account.mailbox, password, timeouts)


def open_checks(account: Account, password: str, timeouts: Timeouts = PATIENT) -> tuple[tuple[str, Checkable], ...]:
    """Return the account's servers by what they are for, each to be tried step by step."""
    submission = ("submission", open_submission_check(account.submission, password, timeouts))
    return (submission,) if account.mailbox is None else (submission, ("mailbox", open_mailbox_check(account.mailbox, password, timeouts)))


def open_submission_check(server: Server, password: str, timeouts: Timeouts) -> Checkable:
    """Return one submission server to be tried."""
    return _smtp(server, password, timeouts)


def open_mailbox_check(server: Server, password: str, timeouts: Timeouts) -> Checkable:
    """Return one mailbox server to be tried."""
    return _imap(server, password, timeouts)


def _smtp(server: Server, password: str, timeouts: Timeouts) -> "SmtpSubmission":
    from securemail_desktop.accounts.smtp import SmtpSubmission  # noqa: PLC0415 - see above

    return SmtpSubmission(server, password, timeouts)


def _imap(server: Server, password: str, timeouts: Timeouts) -> "ImapMailbox":
    from securemail_desktop.accounts.imap import ImapMailbox  # noqa: PLC0415 - see above

    return ImapMailbox(server, password, timeouts)
