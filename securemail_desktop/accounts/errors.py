"""Errors of mail accounts; the text of each is one sentence for people with the way out.

AccountError
├── Unreachable        no connection, a time-out, an interrupted session: temporary
├── NotTrusted         TLS is missing, too old, or the certificate is wrong: nothing was sent
├── SignInRefused      the server does not take the user name or password
├── ServerRefused      the server said no for good
├── NotThere           the folder or message does not exist
├── Renumbered         the server has numbered the folder's messages anew: nothing was done
├── TooLarge           a message or an answer beyond the bounds
├── NotChanged         the list of accounts stays as it is: a name is taken or unknown, or messages wait
└── SettingsBroken     the stored list of accounts, or a server's address, cannot be read
"""


class AccountError(Exception):
    """Anything wrong with a mail account; its text is safe to show and log.

    `code` is the SMTP reply code behind it, 0 where there was none; `enhanced` the RFC 3463 code or empty.
    """

    def __init__(self, text: str, code: int = 0, enhanced: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.enhanced = enhanced


class Unreachable(AccountError):
    """No connection, a time-out, an interrupted session: temporary."""


class NotTrusted(AccountError):
    """TLS is missing, too old, or the certificate is wrong: nothing was sent."""


class SignInRefused(AccountError):
    """The server does not take the user name or password."""


class ServerRefused(AccountError):
    """The server said no for good."""


class NotThere(AccountError):
    """The folder or message does not exist."""


class Renumbered(AccountError):
    """The server has numbered the folder's messages anew (RFC 9051, 2.3.1.1): nothing was done."""


class TooLarge(AccountError):
    """A message or an answer of the server beyond the bounds."""


class NotChanged(AccountError):
    """The list of accounts stays as it is: a name is taken or unknown, or messages of the account wait to be sent."""


class SettingsBroken(AccountError):
    """The stored list of accounts, or a server's address, cannot be read."""
