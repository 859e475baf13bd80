"""Mail that the user sent and got, from files: mbox, Maildir, or a folder of .eml files. Only headers are read; what is unreadable is left out."""

import mailbox
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.errors import MessageError as ForeignError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.errors import MessageError
from securemail_desktop.recipients.index import Correspondence, RecipientIndex


def read_history(places: Iterable[Path]) -> tuple[Correspondence, ...]:
    """Return the mail of the places, oldest first; raise `UsageError`."""
    return tuple(sorted((message for place in places for message in _messages(place)), key=lambda m: m.date))


def learn(index: RecipientIndex, history: Iterable[Correspondence]) -> None:
    """Let the index learn mail, oldest first; what one of the user's own addresses sent counts as sent."""
    for message in history:
        if message.sender.key in index.own:
            index.learn_sent(message)
        else:
            index.learn_received(message)


def _messages(place: Path) -> Iterator[Correspondence]:
    for headers in _headers(place):
        message = correspondence_of(headers)
        if message is not None:
            yield message


def _headers(place: Path) -> Iterator[Message]:
    if not place.exists():
        raise UsageError(f"{place} does not exist; name an mbox file, a Maildir, or a folder of .eml files")
    if place.is_dir() and not (place / "cur").is_dir():
        parser = BytesHeaderParser()
        yield from (parser.parsebytes(path.read_bytes()) for path in sorted(place.rglob("*.eml")) if path.is_file())
        return
    with closing(mailbox.Maildir(place, create=False) if place.is_dir() else mailbox.mbox(place, create=False)) as box:
        yield from box


def correspondence_of(headers: Message) -> Correspondence | None:
    """Return who wrote to whom by a message's headers, None where they cannot be read."""
    try:
        sender = parse_addresses(_text(headers, "From"))[0]
        return Correspondence(
            sender=sender,
            to=_listed(headers, "To"),
            cc=_listed(headers, "Cc") + _listed(headers, "Bcc"),
            date=_date(headers),
            message_id=_text(headers, "Message-ID").strip(),
            in_reply_to=_text(headers, "In-Reply-To").strip(),
            references=tuple(_text(headers, "References").split()),
        )
    except (MessageError, ForeignError, IndexError):
        return None


def _text(headers: Message, name: str) -> str:
    return str(headers.get(name, ""))


def _listed(headers: Message, name: str) -> tuple[Address, ...]:
    return tuple(address for value in headers.get_all(name, []) for address in _readable(str(value)))


def _readable(text: str) -> tuple[Address, ...]:
    try:
        return parse_addresses(text)
    except MessageError:
        return ()


def _date(headers: Message) -> datetime:
    try:
        date = parsedate_to_datetime(_text(headers, "Date"))
    except (ValueError, TypeError, OverflowError):
        return datetime.fromtimestamp(0, UTC)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
