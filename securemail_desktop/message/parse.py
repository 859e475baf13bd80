"""MIME in: bytes of a message to a draft, within bounds (RFC 5322, 2045-2049, 2231, 3676, 6532)."""

from securemail_desktop.message.draft import Draft


def parse_draft(source: bytes) -> Draft:
    """Parse a message file as the draft of its author; raise `ParseError`.

    Bcc is read. A missing Message-ID or Date is given here. Nothing is lost: a part that is neither body nor known is an attachment.
    """
    raise NotImplementedError
