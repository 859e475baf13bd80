"""Errors of mail as data.

MessageError
├── AddressError      text that is not one RFC 5322 mailbox
├── ParseError        bytes that are not a message, or a message beyond the bounds
└── ComposeError      a draft that cannot become a message (a header with a line break, no sender)
"""


class MessageError(Exception):
    """Anything wrong with mail as data; its text is safe to show and holds no body text."""


class AddressError(MessageError):
    """Text that is not one RFC 5322 mailbox."""


class ParseError(MessageError):
    """Bytes that are not a message, or a message beyond the bounds."""


class ComposeError(MessageError):
    """A draft that cannot become a message."""
