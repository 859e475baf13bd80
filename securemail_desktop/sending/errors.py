"""Errors of the send path; the text of each is one sentence for people.

SendingError
├── ProtectionFailed    a copy could not be protected: nothing of the message left
├── NotKeepable         too large to be opened again: the author still has it
├── NoRecipient         there is nobody to send it to: the author still has it
└── NotWaiting          what was asked for is not in the outbox any more, or nothing of it waits for its author
"""


class SendingError(Exception):
    """Anything that stops a message before it leaves; its text is safe to show and log."""


class ProtectionFailed(SendingError):
    """A copy could not be protected: nothing of the message left."""


class NoRecipient(SendingError):
    """There is nobody to send it to: the author still has it."""


class NotWaiting(SendingError):
    """What was asked for is not in the outbox any more, or nothing of it waits for its author."""


class NotKeepable(SendingError):
    """The message is too large to be opened again: the author still has it."""
