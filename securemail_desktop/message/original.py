"""A received message as its answer needs it, read from its outside leniently: what a stranger wrote wrongly is left out (RFC 5322, 3.6)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from securemail_desktop.message import encoded_word
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import MESSAGE_ID, Attachment
from securemail_desktop.message.entity import Entity, split_entity
from securemail_desktop.message.readable import readable_addresses


@dataclass(frozen=True, slots=True)
class Original:
    """The message that is answered or forwarded.

    `subject` is decoded, `text` and `html` are its bodies with line feeds, `date` is aware. Message-IDs have their angle brackets; `message_id`
    is empty where there is none. `protected`: it was encrypted on its way, opened or not. `locked`: it could not be opened here, so its bodies
    and files are not known.
    """

    sender: tuple[Address, ...]
    subject: str
    date: datetime
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    files: tuple[Attachment, ...] = ()
    protected: bool = False
    locked: bool = False


def read_original(source: bytes) -> Original:
    """Return what a message's outside says: addresses, threading, subject, date. Raise `ParseError` beyond the bounds.

    Bodies, files and what protection says of the subject are the caller's to add with `dataclasses.replace`.
    """
    fields, _ = split_entity(source)
    head = Entity(fields, b"", "text/plain", {})
    return Original(
        sender=readable_addresses(fields, "from")[0],
        subject=encoded_word.decode(head.field("subject")),
        date=_date(head.field("date")),
        to=readable_addresses(fields, "to")[0],
        cc=readable_addresses(fields, "cc")[0],
        reply_to=readable_addresses(fields, "reply-to")[0],
        message_id=next(iter(_ids(head, "message-id")), ""),
        in_reply_to=_ids(head, "in-reply-to"),
        references=_ids(head, "references"),
    )


def _ids(head: Entity, name: str) -> tuple[str, ...]:
    return tuple(MESSAGE_ID.findall(head.field(name)))


def _date(value: str) -> datetime:
    try:
        date = parsedate_to_datetime(value)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return datetime.fromtimestamp(0, UTC)
