"""A draft: what the author wrote and to whom, before any protection."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from securemail_desktop.message.address import Address

CONTENT_ID = re.compile(r"[!-;=?-~]{1,900}")  # RFC 2392: what a Content-ID and a Message-ID hold between their angle brackets
ANSWERS = "X-Draft-Answers"  # a private header of stored drafts
MESSAGE_ID = re.compile(rf"<{CONTENT_ID.pattern}>")


class AddressField(StrEnum):
    """The RFC 5322 destination field in which a recipient stands."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient and the field in which he stands."""

    address: Address
    field: AddressField = AddressField.TO


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or an inline image: decoded bytes; `content_id` without angle brackets, empty where there is none.

    `content_type` is in lower case and keeps what parameters it came with: "text/csv; charset=koi8-r". `media_type` is the type alone.
    """

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False

    @property
    def media_type(self) -> str:
        """Return the content type without its parameters, in lower case."""
        return self.content_type.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as its author sees it.

    `text` is the plain body with line feeds, `html` the HTML body or empty. `message_id` has its angle brackets and is given once,
    when the draft is made: all copies of the message carry it. `date` is aware. `answers_protected`: it answers or forwards what came protected.
    `headers` are private ones (X-...) that policy adds on the wire; they are not kept with the draft.
    """

    sender: Address
    recipients: tuple[Recipient, ...]
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    answers_protected: bool = False
    headers: tuple[tuple[str, str], ...] = ()
