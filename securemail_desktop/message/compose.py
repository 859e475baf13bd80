"""MIME out: a draft to the entity that is protected, and to the messages that go on the wire.

An *entity* is a MIME part with its content headers only (RFC 2045); a protecting method replaces it. An *envelope header* is one of the
message's own (From, To, Subject ...). Lines end in CRLF. Bcc never appears on the wire.
"""

from collections.abc import Sequence

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft


def new_message_id(sender: Address) -> str:
    """Return a Message-ID `<random@sender-domain>` that leaks no host, time or user."""
    raise NotImplementedError


def body_entity(draft: Draft) -> bytes:
    """Return the draft's content as one MIME entity: text, alternative, related, mixed, as the draft needs.

    It is 7-bit (quoted-printable or base64), so that signatures survive every relay (RFC 8551, 3.1.3).
    """
    raise NotImplementedError


def wire_headers(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Return the message's own headers, (name, unencoded value) in order: From, To, Cc, Subject, Date, Message-ID, threading."""
    raise NotImplementedError


def assemble(headers: Sequence[tuple[str, str]], entity: bytes) -> bytes:
    """Return a whole message: the headers encoded and folded (RFC 2047), MIME-Version, then the entity; raise `ComposeError`."""
    raise NotImplementedError


def draft_bytes(draft: Draft) -> bytes:
    """Return the draft as a message file with its Bcc header, for the encrypted store: `parse_draft` gives the draft back."""
    raise NotImplementedError
