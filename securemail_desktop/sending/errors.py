"""Errors of the send path; the text of each is one sentence for people.

SendingError
└── ProtectionFailed    a copy could not be protected: nothing of the message left
"""


class SendingError(Exception):
    """Anything that stops a message before it leaves; its text is safe to show and log."""


class ProtectionFailed(SendingError):
    """A copy could not be protected: nothing of the message left."""
